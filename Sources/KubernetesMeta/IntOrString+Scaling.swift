// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension IntOrString {
    /// The number, or the share of `total` that a text such as `25%` says. Nil when the text is no whole percentage.
    ///
    /// - Parameters:
    ///   - total: What 100 % are; at most 2^31−1 in size.
    ///   - roundingUp: Whether a fraction becomes the next whole number, as for `maxSurge`, or is dropped, as for `maxUnavailable`.
    public func scaled(to total: Int, roundingUp: Bool) -> Int? {
        switch self {
        case .int(let value): return Int(value)
        case .string(let text):
            guard text.last == "%", let percent = Int32(text.dropLast()) else { return nil }
            let (hundredfold, overflow) = total.multipliedReportingOverflow(by: Int(percent))
            guard !overflow else { return nil }
            let (quotient, remainder) = hundredfold.quotientAndRemainder(dividingBy: 100)
            return roundingUp && remainder > 0 ? quotient + 1 : quotient
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// Converting doubles calls trunc; only an import makes the linker look where it is.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A JSON number. Its text is kept, so that nothing is lost between reading and writing.
public struct JSONNumber: Sendable, Hashable {
    /// The number as JSON writes it.
    public let text: String

    /// A number from text that is already known to follow JSON's grammar.
    package init(validated text: String) { self.text = text }

    /// An integer.
    public init(_ value: some BinaryInteger) { text = String(value) }

    /// A finite double; nil for infinities and NaN, which JSON cannot hold.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if let integer = Int64(exactly: value), abs(value) < 1e15 { text = String(integer) } else { text = "\(value)" }
    }

    /// The integer, nil when there is a fraction or it does not fit.
    public var int64: Int64? { Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) } }

    /// The nearest double.
    public var double: Double { Double(text) ?? .nan }

    /// Whether the text is that of an integer: no fraction, no exponent.
    public var isInteger: Bool { !text.contains { $0 == "." || $0 == "e" || $0 == "E" } }

    public static func == (lhs: JSONNumber, rhs: JSONNumber) -> Bool {
        if lhs.text == rhs.text { return true }
        if let left = lhs.int64, let right = rhs.int64 { return left == right }
        return lhs.double == rhs.double
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(double) }
}

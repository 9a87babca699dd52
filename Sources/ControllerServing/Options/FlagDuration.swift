// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser

/// A duration as Go writes it, which is what the flags of Kubernetes' components take: `15s`, `1m30s`, `1.5h`, `500ms`.
public struct FlagDuration: ExpressibleByArgument, Sendable, Hashable, CustomStringConvertible {
    /// The duration.
    public let value: Duration
    private let text: String

    /// Nil when the text is no duration, or a negative one, or longer than a hundred years.
    public init?(argument: String) {
        var rest = argument[...]
        var sum = 0.0
        repeat {
            let number = rest.prefix { ($0.isASCII && $0.isNumber) || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let count = Double(number) else { return nil }
            // Go allows a zero without a unit, and nothing else.
            guard let seconds = Self.units[String(unit)] ?? (argument == "0" ? 0 : nil) else { return nil }
            sum += count * seconds
        } while !rest.isEmpty
        guard sum <= 100 * 365 * 86_400 else { return nil }
        value = .nanoseconds(Int64((sum * 1e9).rounded()))
        text = argument
    }

    /// A literal of the code, in seconds.
    public init(seconds: Int) {
        value = .seconds(seconds)
        text = "\(seconds)s"
    }

    public var description: String { text }

    /// As help shows it.
    public var defaultValueDescription: String { text }

    private static let units = ["ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0]
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// An amount of a resource: `500m`, `2Gi`, `1e3`. Arithmetic is exact.
///
/// The rules are those of Kubernetes' `resource.Quantity`: what is finer than a billionth is rounded away from zero, what exceeds
/// 2^63−1 becomes that, and text is canonical: no fraction, the largest suffix that loses nothing. Two quantities are equal when they
/// are the same amount: `1 == 1000m`.
public struct Quantity: Sendable {
    /// How the canonical text is written.
    public enum Format: Sendable, Hashable {
        /// Powers of 1024: `Ki`, `Mi`, `Gi`, …
        case binarySI
        /// Powers of 1000: `m`, `k`, `M`, …
        case decimalSI
        /// Powers of 1000 as exponents: `e3`, `e6`, …
        case decimalExponent
    }

    static let nanosPerUnit: Int128 = 1_000_000_000
    static let maximumNanos = Int128(Int64.max) * nanosPerUnit

    /// The amount in billionths.
    let nanos: Int128
    /// How the canonical text is written.
    public let format: Format

    init(nanos: Int128, format: Format) {
        self.nanos = min(max(nanos, -Self.maximumNanos), Self.maximumNanos)
        self.format = format
    }

    /// A whole amount.
    public init(_ value: Int64, format: Format = .decimalSI) {
        self.init(nanos: Int128(value) * Self.nanosPerUnit, format: format)
    }

    /// An amount in thousandths.
    public init(milli value: Int64, format: Format = .decimalSI) {
        self.init(nanos: Int128(value) * 1_000_000, format: format)
    }

    /// The amount rounded up to whole units.
    public var value: Int64 { Int64(clamping: rounded(to: Self.nanosPerUnit)) }

    /// The amount rounded up to thousandths.
    public var milliValue: Int64 { Int64(clamping: rounded(to: 1_000_000)) }

    /// Whether the amount is zero.
    public var isZero: Bool { nanos == 0 }

    /// Away from zero, as Kubernetes rounds.
    private func rounded(to unit: Int128) -> Int128 {
        let (quotient, remainder) = nanos.quotientAndRemainder(dividingBy: unit)
        return quotient + (remainder == 0 ? 0 : remainder.signum())
    }
}

extension Quantity: Hashable, Comparable {
    public static func == (left: Quantity, right: Quantity) -> Bool { left.nanos == right.nanos }
    public static func < (left: Quantity, right: Quantity) -> Bool { left.nanos < right.nanos }
    public func hash(into hasher: inout Hasher) { hasher.combine(nanos) }
}

extension Quantity: JSONReadable, JSONWritable {
    /// Kubernetes takes numbers as well as strings.
    public init(from reader: inout JSONReader) throws(JSONError) {
        let begin = reader.offset
        let text = try reader.peek() == .number ? try reader.readNumber().text : try reader.readString()
        guard let quantity = Quantity(text) else {
            throw reader.error(
                .invalidValue,
                "'\(text.prefix(64))' is not a quantity such as 500m, 2Gi or 1e3",
                at: begin
            )
        }
        self = quantity
    }

    public func write(to writer: inout JSONWriter) { writer.value(description) }
}

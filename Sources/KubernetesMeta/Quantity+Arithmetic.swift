// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// Exact, up to 2^63−1 in size: beyond that the result is that amount, as it is when text is read.
extension Quantity: AdditiveArithmetic {
    /// Nothing. Adding to it takes the other side's format.
    public static var zero: Quantity { Quantity(0) }

    /// The sum, in the left side's format, or in the right side's when the left side is zero.
    public static func + (left: Quantity, right: Quantity) -> Quantity {
        Quantity(nanos: left.nanos + right.nanos, format: left.isZero ? right.format : left.format)
    }

    /// The difference, in the left side's format, or in the right side's when the left side is zero.
    public static func - (left: Quantity, right: Quantity) -> Quantity {
        Quantity(nanos: left.nanos - right.nanos, format: left.isZero ? right.format : left.format)
    }

    /// The same amount with the other sign.
    public static prefix func - (quantity: Quantity) -> Quantity { Quantity(nanos: -quantity.nanos, format: quantity.format) }

    /// The amount `factor` times.
    public static func * (quantity: Quantity, factor: some BinaryInteger) -> Quantity {
        let isNegative = (quantity.nanos < 0) != (factor < 0)
        let (product, overflow) = quantity.nanos.multipliedReportingOverflow(by: Int128(clamping: factor))
        let bounded = overflow ? (isNegative ? -maximumNanos : maximumNanos) : product
        return Quantity(nanos: bounded, format: quantity.format)
    }

    /// The amount `factor` times.
    public static func * (factor: some BinaryInteger, quantity: Quantity) -> Quantity { quantity * factor }

    /// Multiplies in place.
    public static func *= (quantity: inout Quantity, factor: some BinaryInteger) { quantity = quantity * factor }
}

extension Quantity {
    /// Whether the amount is less than zero.
    public var isNegative: Bool { nanos < 0 }

    /// The nearest double, for metrics and displays; calculate with quantities.
    public var approximateValue: Double { Double(nanos) / Double(Self.nanosPerUnit) }

    /// The same amount, written otherwise.
    public func formatted(as format: Format) -> Quantity { Quantity(nanos: nanos, format: format) }
}

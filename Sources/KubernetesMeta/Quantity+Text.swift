// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension Quantity: CustomStringConvertible {
    /// Reads `text`; nil when it is no quantity.
    ///
    /// The grammar: sign, digits with at most one point, and a suffix: `n u m k M G T P E`, `Ki Mi Gi Ti Pi Ei`, or `e`/`E` with an exponent.
    public init?(_ text: String) {
        var rest = Substring(text).utf8
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        let whole = Self.takeDigits(&rest)
        var fraction = Substring().utf8
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = Self.takeDigits(&rest)
        }
        guard !whole.isEmpty || !fraction.isEmpty, let suffix = Suffix(Substring(rest)) else { return nil }
        let nanos = Self.nanos(whole: whole, fraction: fraction, suffix: suffix)
        // A fraction of a byte makes no sense in powers of 1024.
        let format: Format = suffix.format == .binarySI && nanos > 0 && nanos < Self.nanosPerUnit ? .decimalSI : suffix.format
        self.init(nanos: isNegative ? -nanos : nanos, format: format)
    }

    /// The canonical text.
    public var description: String {
        switch format {
        case .binarySI where nanos.magnitude >= 1024 * Self.nanosPerUnit.magnitude && nanos % Self.nanosPerUnit == 0: binaryText
        case .binarySI, .decimalSI: decimalText { Suffix.decimal[$0] ?? "" }
        case .decimalExponent: decimalText { $0 == 0 ? "" : "e\($0)" }
        }
    }

    private var binaryText: String {
        var value = nanos / Self.nanosPerUnit
        var power = 0
        while value != 0, value % 1024 == 0, power < Suffix.binary.count - 1 {
            value /= 1024
            power += 1
        }
        return "\(value)\(Suffix.binary[power])"
    }

    /// The largest exponent that is a multiple of three and leaves no fraction.
    private func decimalText(_ suffix: (Int) -> String) -> String {
        guard nanos != 0 else { return "0" }
        var value = nanos
        var exponent = -9
        while value % 1000 == 0, exponent < 18 {
            value /= 1000
            exponent += 3
        }
        return "\(value)\(suffix(exponent))"
    }

    private static func takeDigits(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = text.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        text = text.dropFirst(digits.count)
        return digits
    }

    /// Billionths, rounded up, at most the maximum.
    private static func nanos(whole: Substring.UTF8View, fraction: Substring.UTF8View, suffix: Suffix) -> Int128 {
        // digits × 10^-fraction.count × 10^exponent × 2^shift, in units of 10^-9
        var value: Int128 = 0
        var isInexact = false
        var exponent = suffix.exponent - fraction.count + 9
        for digit in [whole, fraction].joined() {
            // Beyond 19 significant digits the amount is over the maximum or the digit is far below a billionth: count its place only.
            if value > maximumNanos / nanosPerUnit {
                exponent += 1
                isInexact = isInexact || digit != UInt8(ascii: "0")
            } else {
                value = value * 10 + Int128(digit - UInt8(ascii: "0"))
            }
        }
        guard value != 0 else { return 0 }
        for _ in 0..<max(0, exponent) {
            guard value <= maximumNanos else { return maximumNanos }
            value *= 10
        }
        // The shift comes before the division, so that 0.5Ki is exact. At most 2^69 × 2^60: in range.
        let (shifted, overflow) = value.multipliedReportingOverflow(by: Int128(1) << suffix.shift)
        if overflow { return exponent >= -9 ? maximumNanos : approximate(value, suffix.shift, exponent) }
        value = shifted
        for _ in 0..<min(max(0, -exponent), 40) {
            isInexact = isInexact || value % 10 != 0
            value /= 10
        }
        return min(value + (isInexact ? 1 : 0), maximumNanos)
    }

    /// For absurdly long binary fractions only: divides first, which may be off by the last billionth.
    private static func approximate(_ value: Int128, _ shift: Int, _ exponent: Int) -> Int128 {
        var value = value
        for _ in 0..<min(-exponent, 40) { value /= 10 }
        let (shifted, overflow) = value.multipliedReportingOverflow(by: Int128(1) << shift)
        return overflow ? maximumNanos : min(shifted + 1, maximumNanos)
    }

    private struct Suffix {
        static let binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
        static let decimal: [Int: String] = [-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"]

        var format = Format.decimalSI
        /// Power of ten.
        var exponent = 0
        /// Power of two.
        var shift = 0

        init?(_ text: Substring) {
            if let power = Self.binary.dropFirst().firstIndex(of: String(text)) {
                format = .binarySI
                shift = power * 10
            } else if let (power, _) = Self.decimal.first(where: { $0.value == text }) {
                exponent = power
            } else if text.first == "e" || text.first == "E", let power = Int32(text.dropFirst()) {
                format = .decimalExponent
                // Beyond this everything is the maximum, or rounds up to a billionth.
                exponent = Int(min(max(power, -1_000), 1_000))
            } else {
                return nil
            }
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension Quantity: CustomStringConvertible {
    /// Reads `text`; nil when it is no quantity.
    ///
    /// The grammar: sign, digits with at most one point, and a suffix: `n u m k M G T P E`, `Ki Mi Gi Ti Pi Ei`, or `e`/`E` with an exponent.
    public init?(_ text: String) {
        var text = text
        guard let parsed = text.withUTF8({ utf8 in Digits(utf8).map { (nanos: $0.nanos, format: $0.suffix.format) } }) else {
            return nil
        }
        // A fraction of a unit cannot be written in powers of 1024.
        let isFraction = parsed.nanos > 0 && parsed.nanos < Self.nanosPerUnit
        self.init(nanos: parsed.nanos, format: parsed.format == .binarySI && isFraction ? .decimalSI : parsed.format)
    }

    /// The canonical text.
    public var description: String {
        switch format {
        case .binarySI where nanos.magnitude >= 1024 * Self.nanosPerUnit.magnitude && nanos % Self.nanosPerUnit == 0: binaryText
        case .binarySI, .decimalSI: decimalText { QuantitySuffix.decimal[($0 + 9) / 3] }
        case .decimalExponent: decimalText { $0 == 0 ? "" : "e\($0)" }
        }
    }

    private var binaryText: String {
        var value = nanos / Self.nanosPerUnit
        var power = 0
        while value % 1024 == 0, power < QuantitySuffix.binary.count - 1 {
            value /= 1024
            power += 1
        }
        return "\(value)\(QuantitySuffix.binary[power])"
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
}

/// The suffixes of quantities.
struct QuantitySuffix {
    static let binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    /// From 10^-9 on in steps of 10^3.
    static let decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]

    var format = Quantity.Format.decimalSI
    /// Power of ten.
    var exponent = 0
    /// Power of two.
    var shift = 0

    /// Nil when the bytes are no suffix.
    init?(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        guard let first = bytes.first else { return }
        if bytes.count == 1 {
            switch first {
            case UInt8(ascii: "n"): exponent = -9
            case UInt8(ascii: "u"): exponent = -6
            case UInt8(ascii: "m"): exponent = -3
            case UInt8(ascii: "k"): exponent = 3
            case UInt8(ascii: "M"): exponent = 6
            case UInt8(ascii: "G"): exponent = 9
            case UInt8(ascii: "T"): exponent = 12
            case UInt8(ascii: "P"): exponent = 15
            case UInt8(ascii: "E"): exponent = 18
            default: return nil
            }
        } else if bytes.count == 2, bytes.last == UInt8(ascii: "i") {
            format = .binarySI
            switch first {
            case UInt8(ascii: "K"): shift = 10
            case UInt8(ascii: "M"): shift = 20
            case UInt8(ascii: "G"): shift = 30
            case UInt8(ascii: "T"): shift = 40
            case UInt8(ascii: "P"): shift = 50
            case UInt8(ascii: "E"): shift = 60
            default: return nil
            }
        } else if first == UInt8(ascii: "e") || first == UInt8(ascii: "E"),
            let power = Int32(String(decoding: bytes.dropFirst(), as: UTF8.self))
        {
            format = .decimalExponent
            // Beyond this everything is the maximum, or rounds up to a billionth.
            exponent = Int(min(max(power, -1_000), 1_000))
        } else {
            return nil
        }
    }
}

/// A quantity's text taken apart: digits × 10^exponent × 2^shift.
private struct Digits {
    private var isNegative = false
    private var value: Int128 = 0
    /// Power of ten of ``value``, the suffix included, so that the amount is in billionths.
    private var exponent: Int
    /// Whether digits that are not zero had to be dropped.
    private var isInexact = false
    let suffix: QuantitySuffix

    /// Nil when `text` is no quantity.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var index = 0
        if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            index = 1
        }
        exponent = 9
        var hasDigits = false
        var isFraction = false
        // Nineteen digits fit into a machine word; more are rare.
        var word: UInt64 = 0
        loop: while index < text.count {
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                hasDigits = true
                let digit = text[index] - UInt8(ascii: "0")
                if word < 1_000_000_000_000_000_000 {
                    word = word * 10 + UInt64(digit)
                    exponent -= isFraction ? 1 : 0
                } else {
                    // The amount is over the maximum or the digit is far below a billionth: only its place counts.
                    exponent += isFraction ? 0 : 1
                    isInexact = isInexact || digit != 0
                }
            case UInt8(ascii: ".") where !isFraction: isFraction = true
            default: break loop
            }
            index += 1
        }
        guard hasDigits, let suffix = QuantitySuffix(text[index...]) else { return nil }
        self.suffix = suffix
        exponent += suffix.exponent
        value = Int128(word)
    }

    /// The amount in billionths, rounded away from zero, at most the maximum.
    var nanos: Int128 { isNegative ? -magnitude : magnitude }

    private var magnitude: Int128 {
        guard value != 0 else { return 0 }
        var magnitude = value
        for _ in 0..<max(0, exponent) {
            guard magnitude <= Quantity.maximumNanos else { return Quantity.maximumNanos }
            magnitude *= 10
        }
        // The shift comes before the division, so that 0.5Ki is exact.
        let (shifted, overflow) = magnitude.multipliedReportingOverflow(by: Int128(1) << suffix.shift)
        guard !overflow else { return Quantity.maximumNanos }
        magnitude = shifted
        var isInexact = isInexact
        for _ in 0..<min(max(0, -exponent), 40) {
            isInexact = isInexact || magnitude % 10 != 0
            magnitude /= 10
        }
        return min(magnitude + (isInexact ? 1 : 0), Quantity.maximumNanos)
    }
}

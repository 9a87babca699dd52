// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Says what is wrong with a broken document in the words of Go's `encoding/json`, which real servers pass on to clients.
///
/// Only called for documents that were already refused, so it need not be fast.
enum GoJSONSyntax {
    private static let endOfInput = "unexpected end of JSON input"

    private struct Scanner {
        let bytes: [UInt8]
        var index = 0
        /// Documents nested deeper than this are refused by Go too.
        var depth = 0

        /// Nil when a value was read.
        mutating func value() -> String? {
            skipSpace()
            guard index < bytes.count else { return endOfInput }
            switch bytes[index] {
            case UInt8(ascii: "{"): return object()
            case UInt8(ascii: "["): return array()
            case UInt8(ascii: "\""): return string()
            case UInt8(ascii: "t"): return literal("true")
            case UInt8(ascii: "f"): return literal("false")
            case UInt8(ascii: "n"): return literal("null")
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
            default: return invalid("looking for beginning of value")
            }
        }

        mutating func end() -> String? {
            skipSpace()
            return index < bytes.count ? invalid("after top-level value") : nil
        }

        private mutating func object() -> String? {
            depth += 1
            guard depth <= 10_000 else { return "exceeded max depth" }
            defer { depth -= 1 }
            index += 1
            skipSpace()
            guard index < bytes.count else { return endOfInput }
            if take("}") { return nil }
            while true {
                skipSpace()
                guard index < bytes.count else { return endOfInput }
                guard bytes[index] == UInt8(ascii: "\"") else { return invalid("looking for beginning of object key string") }
                if let error = string() { return error }
                skipSpace()
                guard index < bytes.count else { return endOfInput }
                guard take(":") else { return invalid("after object key") }
                if let error = value() { return error }
                skipSpace()
                guard index < bytes.count else { return endOfInput }
                if take("}") { return nil }
                guard take(",") else { return invalid("after object key:value pair") }
            }
        }

        private mutating func array() -> String? {
            depth += 1
            guard depth <= 10_000 else { return "exceeded max depth" }
            defer { depth -= 1 }
            index += 1
            skipSpace()
            guard index < bytes.count else { return endOfInput }
            if take("]") { return nil }
            while true {
                if let error = value() { return error }
                skipSpace()
                guard index < bytes.count else { return endOfInput }
                if take("]") { return nil }
                guard take(",") else { return invalid("after array element") }
            }
        }

        private mutating func string() -> String? {
            index += 1
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    index += 1
                    return nil
                case UInt8(ascii: "\\"):
                    index += 1
                    guard index < bytes.count else { return endOfInput }
                    if bytes[index] == UInt8(ascii: "u") {
                        for _ in 0..<4 {
                            index += 1
                            guard index < bytes.count else { return endOfInput }
                            guard Character(UnicodeScalar(bytes[index])).isHexDigit else {
                                return invalid("in \\u hexadecimal character escape")
                            }
                        }
                    } else if !"bfnrt\\/\"".utf8.contains(bytes[index]) {
                        return invalid("in string escape code")
                    }
                case 0..<0x20: return invalid("in string literal")
                default: break
                }
                index += 1
            }
            return endOfInput
        }

        private mutating func literal(_ text: String) -> String? {
            for (offset, byte) in text.utf8.enumerated() {
                guard index < bytes.count else { return endOfInput }
                guard bytes[index] == byte else {
                    let expected = Character(UnicodeScalar(byte))
                    return invalid("in literal \(text) (expecting '\(expected)')", isLiteral: offset > 0)
                }
                index += 1
            }
            return nil
        }

        private mutating func number() -> String? {
            if take("-") {
                guard index < bytes.count else { return endOfInput }
                guard isDigit else { return invalid("in numeric literal") }
            }
            if take("0") {} else { while isDigit { index += 1 } }
            if take(".") {
                guard index < bytes.count else { return endOfInput }
                guard isDigit else { return invalid("after decimal point in numeric literal") }
                while isDigit { index += 1 }
            }
            if take("e") || take("E") {
                if !take("+") { _ = take("-") }
                guard index < bytes.count else { return endOfInput }
                guard isDigit else { return invalid("in exponent of numeric literal") }
                while isDigit { index += 1 }
            }
            return nil
        }

        private var isDigit: Bool {
            index < bytes.count && bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9")
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        private mutating func skipSpace() {
            while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        }

        private func invalid(_ context: String, isLiteral: Bool = false) -> String {
            let byte = bytes[index]
            let shown: String
            switch byte {
            case UInt8(ascii: "'"): shown = "'\\''"
            case UInt8(ascii: "\""): shown = "'\"'"
            default:
                // Go shows a byte as if it were a code point.
                let quoted = GoText.quoted(String(Character(UnicodeScalar(byte))))
                shown = "'" + quoted.dropFirst().dropLast() + "'"
            }
            return "invalid character \(shown) \(context)"
        }
    }

    /// The message for a document that is not JSON; an empty text when Go finds nothing wrong.
    static func message(for bytes: [UInt8]) -> String {
        var scanner = Scanner(bytes: bytes)
        return scanner.value() ?? scanner.end() ?? ""
    }
}

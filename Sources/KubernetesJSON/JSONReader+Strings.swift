// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// The bytes between the quotes of a checked string.
    struct StringSpan {
        let base: UnsafePointer<UInt8>
        let count: Int
        let hasEscapes: Bool
    }

    /// Reads a string.
    public mutating func readString() throws(JSONError) -> String {
        guard skipToToken() == UInt8(ascii: "\"") else { throw mismatch(.string) }
        if let span = scanPlainString() {
            return String(decoding: UnsafeBufferPointer(start: span.base, count: span.count), as: UTF8.self)
        }
        let span = try scanString()
        if span.hasEscapes {
            return String(unsafeUninitializedCapacity: span.count) {
                Self.unescape(span, into: UnsafeMutableRawBufferPointer($0))
            }
        }
        return String(decoding: UnsafeBufferPointer(start: span.base, count: span.count), as: UTF8.self)
    }

    /// Consumes a string of plain ASCII, which most are; nil, and nothing consumed, when it is anything else.
    @inline(__always)
    mutating func scanPlainString() -> StringSpan? {
        let quote = cursor
        cursor += 1
        skipPlainBytes()
        guard cursor < end, cursor.pointee == UInt8(ascii: "\"") else {
            cursor = quote
            return nil
        }
        let span = StringSpan(base: quote + 1, count: cursor - quote - 1, hasEscapes: false)
        cursor += 1
        return span
    }

    /// Consumes a string, checking all of it: terminated, no control characters, UTF-8, valid escapes.
    mutating func scanString() throws(JSONError) -> StringSpan {
        cursor += 1
        let base = cursor
        var hasEscapes = false
        while true {
            skipPlainBytes()
            guard cursor < end else { throw error(.syntax, "the string does not end; add a closing '\"'") }
            let byte = cursor.pointee
            if byte == UInt8(ascii: "\"") {
                let span = StringSpan(base: base, count: cursor - base, hasEscapes: hasEscapes)
                cursor += 1
                return span
            } else if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try scanEscape()
            } else if byte < 0x20 {
                throw error(.syntax, "a control character (0x\(String(byte, radix: 16))) in a string; write it as an escape")
            } else {
                guard let length = UTF8Scalars.length(at: cursor, end: end) else {
                    throw error(.encoding, "the string is not valid UTF-8")
                }
                cursor += length
            }
        }
    }

    /// Moves over bytes that need no attention: ASCII that is neither a quote, a backslash nor a control character.
    @inline(__always)
    private mutating func skipPlainBytes() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while end - cursor >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            // The lowest byte that is marked is exact; borrows can only add false marks above it.
            let marks =
                ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- (ones &* 0x20)) & ~word | word) & highs
            if marks != 0 {
                cursor += marks.trailingZeroBitCount / 8
                return
            }
            cursor += 8
        }
        while cursor < end {
            let byte = cursor.pointee
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            cursor += 1
        }
    }

    private mutating func scanEscape() throws(JSONError) {
        guard end - cursor >= 2 else { throw error(.syntax, "the string does not end; add a closing '\"'") }
        switch cursor[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            cursor += 2
        case UInt8(ascii: "u"):
            let unit = try scanHexEscape()
            if unit & 0xFC00 == 0xD800 {
                let low = cursor
                guard end - cursor >= 2, cursor[0] == UInt8(ascii: "\\"), cursor[1] == UInt8(ascii: "u"),
                    try scanHexEscape() & 0xFC00 == 0xDC00
                else { throw error(.encoding, "half of a surrogate pair in an escape", at: low - start - 6) }
            } else if unit & 0xFC00 == 0xDC00 {
                throw error(.encoding, "half of a surrogate pair in an escape", at: offset - 6)
            }
        default:
            throw error(
                .syntax,
                "an escape that JSON does not know; use one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t, or \\u and four hexadecimal digits"
            )
        }
    }

    /// Consumes `\u` and its four digits.
    private mutating func scanHexEscape() throws(JSONError) -> UInt16 {
        guard end - cursor >= 6, let unit = Self.hexUnit(cursor + 2) else {
            throw error(.syntax, "\\u needs four hexadecimal digits")
        }
        cursor += 6
        return unit
    }

    private static func hexUnit(_ digits: UnsafePointer<UInt8>) -> UInt16? {
        var unit: UInt16 = 0
        for index in 0..<4 {
            let byte = digits[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Writes a checked string without its escapes and returns the number of bytes, which is never more than `span.count`.
    static func unescape(_ span: StringSpan, into target: UnsafeMutableRawBufferPointer) -> Int {
        var input = span.base
        let end = span.base + span.count
        var output = 0
        func put(_ byte: UInt8) {
            target[output] = byte
            output += 1
        }
        while input < end {
            guard input.pointee == UInt8(ascii: "\\") else {
                put(input.pointee)
                input += 1
                continue
            }
            switch input[1] {
            case UInt8(ascii: "b"): put(0x08)
            case UInt8(ascii: "f"): put(0x0C)
            case UInt8(ascii: "n"): put(0x0A)
            case UInt8(ascii: "r"): put(0x0D)
            case UInt8(ascii: "t"): put(0x09)
            case UInt8(ascii: "u"):
                var scalar = UInt32(hexUnit(input + 2) ?? 0)
                if scalar & 0xFC00 == 0xD800 {
                    let low = UInt32(hexUnit(input + 8) ?? 0)
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
                    input += 6
                }
                UTF8Scalars.encode(scalar, put)
                input += 4
            default: put(input[1])
            }
            input += 2
        }
        return output
    }
}

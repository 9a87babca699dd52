// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// UTF-8, one scalar at a time. The table of valid sequences is that of the Unicode standard, chapter 3.9 (table 3-7).
enum UTF8Scalars {
    /// The number of bytes of the scalar at `cursor`, nil when the bytes there are not UTF-8 or are cut off by `end`.
    static func length(at cursor: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int? {
        let left = end - cursor
        let first = cursor[0]
        switch first {
        case 0x00...0x7F:
            return 1
        case 0xC2...0xDF:
            return left >= 2 && isTail(cursor[1]) ? 2 : nil
        case 0xE0...0xEF:
            // No overlong forms, no surrogates.
            let second: ClosedRange<UInt8> = first == 0xE0 ? 0xA0...0xBF : first == 0xED ? 0x80...0x9F : 0x80...0xBF
            return left >= 3 && second.contains(cursor[1]) && isTail(cursor[2]) ? 3 : nil
        case 0xF0...0xF4:
            // No overlong forms, nothing above U+10FFFF.
            let second: ClosedRange<UInt8> = first == 0xF0 ? 0x90...0xBF : first == 0xF4 ? 0x80...0x8F : 0x80...0xBF
            return left >= 4 && second.contains(cursor[1]) && isTail(cursor[2]) && isTail(cursor[3]) ? 4 : nil
        default:
            return nil
        }
    }

    private static func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// Gives the bytes of `scalar`, which is no surrogate, to `put`.
    static func encode(_ scalar: UInt32, _ put: (UInt8) -> Void) {
        switch scalar {
        case 0..<0x80:
            put(UInt8(scalar))
        case 0x80..<0x800:
            put(UInt8(0xC0 | scalar >> 6))
            put(UInt8(0x80 | scalar & 0x3F))
        case 0x800..<0x10000:
            put(UInt8(0xE0 | scalar >> 12))
            put(UInt8(0x80 | scalar >> 6 & 0x3F))
            put(UInt8(0x80 | scalar & 0x3F))
        default:
            put(UInt8(0xF0 | scalar >> 18 & 0x07))
            put(UInt8(0x80 | scalar >> 12 & 0x3F))
            put(UInt8(0x80 | scalar >> 6 & 0x3F))
            put(UInt8(0x80 | scalar & 0x3F))
        }
    }
}

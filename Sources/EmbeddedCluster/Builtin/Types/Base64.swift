// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Standard base64 with padding (RFC 4648), as Go's `base64.StdEncoding` reads and writes it.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for (offset, byte) in group.enumerated() { bits |= UInt32(byte) << UInt32(16 - 8 * offset) }
            for position in 0..<4 {
                out.append(position <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes, nil when the text is not base64.
    static func decode(_ text: String) -> [UInt8]? {
        guard firstIllegalByte(text) == nil else { return nil }
        var out: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            guard let value = value(of: byte) else { continue }
            bits = bits << 6 | value
            count += 1
            if count == 4 {
                out += [
                    UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits),
                ]
                (bits, count) = (0, 0)
            }
        }
        if count == 2 { out.append(UInt8(truncatingIfNeeded: bits >> 4)) }
        if count == 3 { out += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)] }
        return out
    }

    /// The position that Go's decoder complains about, nil when it does not. Line ends are skipped, as there.
    static func firstIllegalByte(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        var count = 0
        var index = 0
        func skipLineEnds() {
            while index < bytes.count, bytes[index] == 0x0A || bytes[index] == 0x0D { index += 1 }
        }
        while true {
            skipLineEnds()
            guard index < bytes.count else { return count == 0 ? nil : index - count }
            if bytes[index] == UInt8(ascii: "=") {
                guard count >= 2 else { return index }
                index += 1
                skipLineEnds()
                if count == 2 {
                    guard index < bytes.count else { return bytes.count }
                    guard bytes[index] == UInt8(ascii: "=") else { return index - 1 }
                    index += 1
                    skipLineEnds()
                }
                return index < bytes.count ? index : nil
            }
            guard value(of: bytes[index]) != nil else { return index }
            index += 1
            count = (count + 1) % 4
        }
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

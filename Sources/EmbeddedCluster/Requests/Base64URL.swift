// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Base 64 with the alphabet for URLs and without padding.
package enum Base64URL {
    package struct DecodingError: Error {
        /// The first byte of the text that is wrong.
        package var offset: Int
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encoded(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits << 8 | UInt32(index < chunk.count ? chunk[start + index] : 0) }
            for index in 0...chunk.count { out.append(alphabet[Int(bits >> (18 - 6 * index) & 0x3F)]) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    package static func decoded(_ text: String) -> Result<[UInt8], DecodingError> {
        var out: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for (offset, byte) in text.utf8.enumerated() {
            guard let value = alphabet.firstIndex(of: byte) else { return .failure(DecodingError(offset: offset)) }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count % 4 == 0 {
                out += [
                    UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits),
                ]
                bits = 0
            }
        }
        switch count % 4 {
        case 2: out.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3: out += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        case 1: return .failure(DecodingError(offset: text.utf8.count))
        default: break
        }
        return .success(out)
    }
}

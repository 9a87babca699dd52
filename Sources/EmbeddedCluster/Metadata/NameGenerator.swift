// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Random names and identifiers from an injected source of bytes.
package struct NameGenerator: Sendable {
    /// No vowels and no look-alikes, so that no words appear (`k8s.io/apimachinery/pkg/util/rand`).
    private static let alphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
    private static let suffixLength = 5
    private static let maximumPrefixLength = 63 - suffixLength

    private let randomBytes: @Sendable (_ count: Int) -> [UInt8]

    package init(randomBytes: @escaping @Sendable (_ count: Int) -> [UInt8]) { self.randomBytes = randomBytes }

    /// `count` characters of the safe alphabet.
    package func suffix(_ count: Int) -> String {
        String(decoding: randomBytes(count).map { Self.alphabet[Int($0) % Self.alphabet.count] }, as: UTF8.self)
    }

    /// A name that begins with `prefix`, which is cut so that the name has at most 63 characters.
    package func name(prefix: String) -> String {
        String(decoding: prefix.utf8.prefix(Self.maximumPrefixLength), as: UTF8.self) + suffix(Self.suffixLength)
    }

    /// A random UUID (version 4).
    package func uid() -> String {
        var bytes = randomBytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}

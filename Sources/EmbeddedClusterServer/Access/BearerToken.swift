// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import Crypto

/// A secret that a client sends in `Authorization: Bearer …`. Only its hash is kept here.
package struct BearerToken: Sendable {
    private let digest: SHA256.Digest

    /// The token with this text.
    package init(_ text: String) { digest = Self.digest(of: text) }

    /// Whether `candidate` is the token. Takes the same time wherever they differ and whatever the length: hashes are compared, and
    /// Crypto compares digests in constant time.
    package func matches(_ candidate: SHA256.Digest) -> Bool { digest == candidate }

    /// What ``matches(_:)`` compares with.
    package static func digest(of text: String) -> SHA256.Digest { SHA256.hash(data: Array(text.utf8)) }

    /// A new random token of 32 bytes, written in hexadecimal.
    package static func random() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { byte in
                let text = String(byte, radix: 16)
                return byte < 16 ? "0" + text : text
            }.joined()
        }
    }
}

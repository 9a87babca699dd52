// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The syntax of label keys and values, as an API server checks it.
public enum LabelSyntax {
    /// The most characters of a value, and of a key's name after the slash.
    public static let maximumNameLength = 63
    /// The most characters of a key's prefix.
    public static let maximumPrefixLength = 253

    /// Whether `text` can be a label's key: a name, or a DNS subdomain, a slash and a name.
    public static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.last, !name.isEmpty, isValue(String(name)) else { return false }
        return parts.count == 1 || isSubdomain(parts[0])
    }

    /// Whether `text` can be a label's value: empty, or at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.
    public static func isValue(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        return bytes.count <= maximumNameLength && isAlphanumeric(first) && isAlphanumeric(last)
            && bytes.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
    }

    /// RFC 1123: lower case letters, digits and `-` between dots.
    private static func isSubdomain(_ text: Substring) -> Bool {
        text.utf8.count <= maximumPrefixLength
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                guard let first = part.utf8.first, let last = part.utf8.last else { return false }
                return isLowercase(first) && isLowercase(last)
                    && part.utf8.allSatisfy { isLowercase($0) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowercase(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Makes text that a program or a tenant wrote harmless for a terminal: control characters are shown, not obeyed.
enum SafeText {
    /// One line: newlines are shown too.
    static func line(_ text: String) -> String { escape(text, keeping: []) }

    /// Several lines: newlines and tabs stay.
    static func block(_ text: String) -> String { escape(text, keeping: ["\n", "\t"]) }

    private static func escape(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0) && !kept.contains($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if !isControl(scalar) || kept.contains(scalar) {
                result.append(scalar)
                continue
            }
            switch scalar {
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            default:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                let zeros = String(repeating: "0", count: max(0, 2 - hex.count))
                result.append(contentsOf: (scalar.value < 0x100 ? "\\x\(zeros)\(hex)" : "\\u{\(hex)}").unicodeScalars)
            }
        }
        return String(result)
    }

    /// C0, DEL, C1, and the marks that turn the direction of text round.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

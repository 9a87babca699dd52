// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// Texts as Go's `fmt` writes them, which clients compare word for word.
package enum GoText {
    /// `%q`: in double quotes, with Go's escapes.
    package static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\u{07}": out += "\\a"
            case "\u{08}": out += "\\b"
            case "\u{0C}": out += "\\f"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0B}": out += "\\v"
            default:
                let value = scalar.value
                if value < 0x20 || value == 0x7F {
                    out += "\\x" + hexadecimal(value, digits: 2)
                } else if isPrintable(scalar) {
                    out.unicodeScalars.append(scalar)
                } else if value <= 0xFFFF {
                    out += "\\u" + hexadecimal(value, digits: 4)
                } else {
                    out += "\\U" + hexadecimal(value, digits: 8)
                }
            }
        }
        return out + "\""
    }

    /// A refused value in a field error: strings quoted, scalars bare, the rest as compact JSON.
    package static func rendered(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number): number.text
        case .string(let text): quoted(text)
        case .array, .object: value.text
        }
    }

    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

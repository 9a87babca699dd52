// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension JSONValue {
    /// The document with an indent of two spaces, for people.
    var indented: String {
        var text = ""
        append(to: &text, depth: 0)
        return text
    }

    private func append(to text: inout String, depth: Int) {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch self {
        case .array(let elements) where !elements.isEmpty:
            text += "[\n"
            for (index, element) in elements.enumerated() {
                text += inner
                element.append(to: &text, depth: depth + 1)
                text += index == elements.count - 1 ? "\n" : ",\n"
            }
            text += outer + "]"
        case .object(let members) where !members.isEmpty:
            text += "{\n"
            for (index, member) in members.enumerated() {
                text += inner + Self.escaped(JSONValue.string(member.key).text) + ": "
                member.value.append(to: &text, depth: depth + 1)
                text += index == members.count - 1 ? "\n" : ",\n"
            }
            text += outer + "}"
        default: text += Self.escaped(self.text)
        }
    }

    /// JSON escapes the first 32 control characters; the others that a terminal obeys are escaped here, so that it stays JSON.
    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: SafeText.isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            guard SafeText.isControl(scalar) else { return result.unicodeScalars.append(scalar) }
            let hex = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
    }
}

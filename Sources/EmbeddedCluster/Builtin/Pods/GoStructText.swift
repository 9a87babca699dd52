// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Values as Go prints the API server's internal structs: all fields in the order of their declaration, under their Go names. The messages
/// about refused pod updates show differences of such texts.
struct GoStructText {
    /// A struct whose fields are known here; of any other the members are shown as they come, with capitals.
    indirect enum Shape: Sendable {
        case scalar
        /// The text when absent: `""`, `false`, `0`.
        case value(JSONValue)
        case structure([Field])
        /// A struct that is a value: shown with empty fields when absent.
        case embedded([Field])
        case list(Shape)
        case unknown
    }

    struct Field: Sendable {
        var goName: String
        var jsonName: String
        var shape: Shape

        init(_ goName: String, _ shape: Shape = .scalar, json: String? = nil) {
            self.goName = goName
            jsonName = json ?? Self.lowercasedStart(goName)
            self.shape = shape
        }

        /// `DNSPolicy` becomes `dnsPolicy`, `Name` becomes `name`.
        private static func lowercasedStart(_ name: String) -> String {
            let capitals = name.prefix(while: \.isUppercase)
            let count = capitals.count > 1 && capitals.count < name.count ? capitals.count - 1 : capitals.count
            return name.prefix(count).lowercased() + name.dropFirst(count)
        }
    }

    /// The value with Go's names and order.
    static func value(_ value: JSONValue?, as shape: Shape) -> JSONValue {
        switch (shape, value) {
        case (.embedded(let fields), nil): return structure(nil, fields)
        case (.embedded(let fields), let value?), (.structure(let fields), let value?): return structure(value, fields)
        case (.list(let element), .array(let elements)?): return .array(elements.map { self.value($0, as: element) })
        case (.value(let zero), _): return value ?? zero
        case (.unknown, let value?): return capitalized(value)
        case (_, let value): return value ?? .null
        }
    }

    private static func structure(_ value: JSONValue?, _ fields: [Field]) -> JSONValue {
        .object(JSONObject(fields.map { ($0.goName, self.value(value?[$0.jsonName], as: $0.shape)) }))
    }

    private static func capitalized(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.map { ($0.key.prefix(1).uppercased() + $0.key.dropFirst(), capitalized($0.value)) }))
        case .array(let elements): .array(elements.map(capitalized))
        default: value
        }
    }

    // MARK: Text

    /// The lines of `json.MarshalIndent` with an indent of one space.
    static func lines(_ value: JSONValue) -> [String] {
        var lines: [String] = [""]
        append(value, indent: "", to: &lines)
        return lines
    }

    private static func append(_ value: JSONValue, indent: String, to lines: inout [String]) {
        switch value {
        case .object(let object) where !object.isEmpty:
            lines[lines.count - 1] += "{"
            for (index, member) in object.enumerated() {
                lines.append(indent + " " + JSONValue.string(member.key).text + ": ")
                append(member.value, indent: indent + " ", to: &lines)
                if index < object.count - 1 { lines[lines.count - 1] += "," }
            }
            lines.append(indent + "}")
        case .array(let elements) where !elements.isEmpty:
            lines[lines.count - 1] += "["
            for (index, element) in elements.enumerated() {
                lines.append(indent + " ")
                append(element, indent: indent + " ", to: &lines)
                if index < elements.count - 1 { lines[lines.count - 1] += "," }
            }
            lines.append(indent + "]")
        default: lines[lines.count - 1] += value.text
        }
    }
}

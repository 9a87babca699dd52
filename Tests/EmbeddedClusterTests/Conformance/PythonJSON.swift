// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// JSON as the recording program sent it, with a space behind each comma and colon: error messages repeat bodies.
enum PythonJSON {
    static func bytes(_ value: JSONValue) -> [UInt8] { Array(text(value).utf8) }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .object(let object):
            "{" + object.map { JSONValue.string($0.key).text + ": " + text($0.value) }.joined(separator: ", ") + "}"
        case .array(let elements): "[" + elements.map(text).joined(separator: ", ") + "]"
        default: value.text
        }
    }
}

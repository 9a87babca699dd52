// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The name of a member, or the place of an element.
struct JSONCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init(index: Int) {
        stringValue = String(index)
        intValue = index
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }

    /// What a class encodes its superclass by.
    static let `super` = JSONCodingKey("super")
}

extension [any CodingKey] {
    /// The path as errors of `KubernetesJSON` write it: `spec.containers[0].name`.
    var text: String {
        var text = ""
        for key in self {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return text
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// A value that is being encoded. Encoding containers outlive the calls that make them, so their parts are shared by reference; a node never
/// leaves the call of `encode` that made it.
final class EncodingNode {
    private enum Content {
        case empty
        case value(JSONValue)
        case object([(key: String, node: EncodingNode)])
        case array([EncodingNode])
    }

    private var content = Content.empty

    /// What was encoded. A type that encodes nothing is an empty object, as in Foundation.
    var value: JSONValue {
        switch content {
        case .empty: .object([:])
        case .value(let value): value
        case .object(let members): .object(JSONObject(members.map { ($0.key, $0.node.value) }))
        case .array(let elements): .array(elements.map(\.value))
        }
    }

    var count: Int { if case .array(let elements) = content { elements.count } else { 0 } }

    func set(_ value: JSONValue) { content = .value(value) }

    /// Becomes an object unless it is one.
    func beginObject() {
        if case .object = content { return }
        content = .object([])
    }

    /// Becomes an array unless it is one.
    func beginArray() {
        if case .array = content { return }
        content = .array([])
    }

    /// A new member. One that is there by the name is replaced when the object is made.
    func member(_ key: String) -> EncodingNode {
        let node = EncodingNode()
        guard case .object(var members) = content else {
            content = .object([(key, node)])
            return node
        }
        content = .empty
        members.append((key, node))
        content = .object(members)
        return node
    }

    /// A new element at the end.
    func element() -> EncodingNode {
        let node = EncodingNode()
        guard case .array(var elements) = content else {
            content = .array([node])
            return node
        }
        content = .empty
        elements.append(node)
        content = .array(elements)
        return node
    }

    /// Encodes any value into this node.
    func encode(_ value: some Encodable, at path: [any CodingKey]) throws {
        if let value = value as? any JSONCodable { return set(JSONValue(encoding: value)) }
        guard path.count <= JSONValueEncoder.depthLimit else {
            throw EncodingError.invalidValue(
                value,
                .init(
                    codingPath: path,
                    debugDescription: "more than \(JSONValueEncoder.depthLimit) objects and arrays are open at once"
                )
            )
        }
        try value.encode(to: NodeEncoder(node: self, codingPath: path))
    }

    func encode(_ value: Double) { set(JSONNumber(value).map(JSONValue.number) ?? .null) }

    // The float's own text: made a double, 0.1 would have seventeen digits.
    func encode(_ value: Float) { set(value.isFinite ? .number(JSONNumber(validated: "\(value)")) : .null) }
}

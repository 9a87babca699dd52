// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

struct KeyedNodeContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { set(.null, key) }
    func encode(_ value: Bool, forKey key: Key) { set(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { set(.string(value), key) }
    func encode(_ value: Double, forKey key: Key) { node.member(key.stringValue).encode(value) }
    func encode(_ value: Float, forKey key: Key) { node.member(key.stringValue).encode(value) }
    func encode(_ value: Int, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: Int8, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: Int16, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: Int32, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: Int64, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: UInt, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: UInt8, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: UInt16, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: UInt32, forKey key: Key) { set(.int(value), key) }
    func encode(_ value: UInt64, forKey key: Key) { set(.int(value), key) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        try node.member(key.stringValue).encode(value, at: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { child(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { child(JSONCodingKey.super) }
    func superEncoder(forKey key: Key) -> any Encoder { child(key) }

    private func set(_ value: JSONValue, _ key: Key) { node.member(key.stringValue).set(value) }

    private func child(_ key: any CodingKey) -> NodeEncoder {
        NodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
    }
}

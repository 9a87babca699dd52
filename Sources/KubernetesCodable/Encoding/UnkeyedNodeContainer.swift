// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

struct UnkeyedNodeContainer: UnkeyedEncodingContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    var count: Int { node.count }

    func encodeNil() { node.element().set(.null) }
    func encode(_ value: Bool) { node.element().set(.bool(value)) }
    func encode(_ value: String) { node.element().set(.string(value)) }
    func encode(_ value: Double) { node.element().encode(value) }
    func encode(_ value: Float) { node.element().encode(value) }
    func encode(_ value: Int) { node.element().set(.int(value)) }
    func encode(_ value: Int8) { node.element().set(.int(value)) }
    func encode(_ value: Int16) { node.element().set(.int(value)) }
    func encode(_ value: Int32) { node.element().set(.int(value)) }
    func encode(_ value: Int64) { node.element().set(.int(value)) }
    func encode(_ value: UInt) { node.element().set(.int(value)) }
    func encode(_ value: UInt8) { node.element().set(.int(value)) }
    func encode(_ value: UInt16) { node.element().set(.int(value)) }
    func encode(_ value: UInt32) { node.element().set(.int(value)) }
    func encode(_ value: UInt64) { node.element().set(.int(value)) }

    func encode(_ value: some Encodable) throws {
        let path = codingPath + [JSONCodingKey(index: count)]
        try node.element().encode(value, at: path)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        child().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { child().unkeyedContainer() }
    func superEncoder() -> any Encoder { child() }

    private func child() -> NodeEncoder {
        let path = codingPath + [JSONCodingKey(index: count)]
        return NodeEncoder(node: node.element(), codingPath: path)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

struct SingleNodeContainer: SingleValueEncodingContainer {
    let node: EncodingNode
    let codingPath: [any CodingKey]

    func encodeNil() { node.set(.null) }
    func encode(_ value: Bool) { node.set(.bool(value)) }
    func encode(_ value: String) { node.set(.string(value)) }
    func encode(_ value: Double) { node.encode(value) }
    func encode(_ value: Float) { node.encode(value) }
    func encode(_ value: Int) { node.set(.int(value)) }
    func encode(_ value: Int8) { node.set(.int(value)) }
    func encode(_ value: Int16) { node.set(.int(value)) }
    func encode(_ value: Int32) { node.set(.int(value)) }
    func encode(_ value: Int64) { node.set(.int(value)) }
    func encode(_ value: UInt) { node.set(.int(value)) }
    func encode(_ value: UInt8) { node.set(.int(value)) }
    func encode(_ value: UInt16) { node.set(.int(value)) }
    func encode(_ value: UInt32) { node.set(.int(value)) }
    func encode(_ value: UInt64) { node.set(.int(value)) }

    func encode(_ value: some Encodable) throws { try node.encode(value, at: codingPath) }
}

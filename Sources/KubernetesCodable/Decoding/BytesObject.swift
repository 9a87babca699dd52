// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The members of an object as bytes. Of a member that occurs twice the last counts.
struct BytesObject {
    private(set) var names: [String] = []
    private var members: [String: UnsafeRawBufferPointer] = [:]

    init(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        var reader = JSONReader(bytes)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let name = key.string
            if members.updateValue(try reader.readRaw(), forKey: name) == nil { names.append(name) }
        }
    }

    subscript(name: String) -> UnsafeRawBufferPointer? { members[name] }
}

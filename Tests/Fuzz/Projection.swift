// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// A type that names only the fields that it needs.
struct Projection: JSONReadable, Equatable {
    var name: String?
    var labels: [String: String] = [:]
    var ports: [Int32] = []

    init(from reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.readIfPresent()
            case "labels": try reader.read(into: &labels)
            case "ports": try reader.read(into: &ports)
            default: try reader.skip()
            }
        }
    }

    /// The same from the whole value.
    init?(_ value: JSONValue) {
        guard let object = value.object else { return nil }
        name = object["name"]?.string
        if let labels = object["labels"]?.object {
            self.labels = Dictionary(labels.map { ($0.key, $0.value.string ?? "") }) { $1 }
        }
        if let ports = object["ports"]?.array { self.ports = ports.compactMap { $0.int.flatMap(Int32.init(exactly:)) } }
    }
}

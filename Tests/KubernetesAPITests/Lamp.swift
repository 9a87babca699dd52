// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// A custom kind.
struct Lamp: Resource {
    static let groupVersionKind = GroupVersionKind(group: "example.com", version: "v1", kind: "Lamp")
    static let plural = "lamps"
    static let scope = ResourceScope.cluster

    var metadata: ObjectMeta

    init(from reader: inout JSONReader) throws(JSONError) {
        let json = try JSONValue(from: &reader)
        metadata = try (json["metadata"] ?? [:]).decoded(as: ObjectMeta.self)
    }

    func write(to writer: inout JSONWriter) { DynamicObject(Self.groupVersionKind, metadata: metadata).write(to: &writer) }
}

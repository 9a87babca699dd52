// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// An informer as `/debug/caches` shows it: where it stands, and what it tells of itself when it is `DebugInspectable`.
struct InformerInspection: DebugInspectable {
    private let informer: any AnyInformer

    init(_ informer: any AnyInformer) { self.informer = informer }

    var debugName: String { informer.name }

    func debugSnapshot(limit: Int) -> JSONValue {
        var document: JSONValue = [
            "kind": .string(informer.kind.description),
            "status": .string("\(informer.status)"),
            "hasSynced": .bool(informer.hasSynced),
        ]
        if let inspectable = informer as? any DebugInspectable { document["store"] = inspectable.debugSnapshot(limit: limit) }
        return document
    }
}

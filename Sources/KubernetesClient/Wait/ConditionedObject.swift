// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// An object of any kind, and the conditions of its status beside it.
struct ConditionedObject<Base: Resource>: Resource {
    static var groupVersionKind: GroupVersionKind { Base.groupVersionKind }
    static var plural: String { Base.plural }
    static var scope: ResourceScope { Base.scope }

    var object: Base
    private var status: ConditionedStatus?

    var metadata: ObjectMeta {
        get { object.metadata }
        set { object.metadata = newValue }
    }

    init(from reader: inout JSONReader) throws(JSONError) {
        let bytes = try reader.readRaw()
        var whole = JSONReader(bytes)
        object = try Base(from: &whole)
        var again = JSONReader(bytes)
        try again.beginObject()
        while let key = try again.nextKey() {
            switch key {
            case "status": status = try again.readIfPresent()
            default: try again.skip()
            }
        }
    }

    func write(to writer: inout JSONWriter) { object.write(to: &writer) }

    /// Whether the condition has this value. One that is about an older generation of the object does not count.
    func has(_ type: String, _ wanted: ConditionStatus) -> Bool {
        guard let condition = status?.conditions?.first(where: { $0.type.lowercased() == type.lowercased() }) else {
            return false
        }
        let observed = condition.observedGeneration ?? status?.observedGeneration
        if let observed, let generation = metadata.generation, observed < generation { return false }
        return condition.status.lowercased() == wanted.rawValue.lowercased()
    }
}

/// What most kinds have in their status.
private struct ConditionedStatus: JSONReadable, Sendable {
    var conditions: [Entry]?
    var observedGeneration: Int64?

    init(from reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "conditions": conditions = try reader.readIfPresent()
            case "observedGeneration": observedGeneration = try reader.readIfPresent()
            default: try reader.skip()
            }
        }
    }

    struct Entry: JSONReadable, Sendable {
        var type = ""
        var status = ""
        var observedGeneration: Int64?

        init(from reader: inout JSONReader) throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "type": type = try reader.readIfPresent() ?? ""
                case "status": status = try reader.readIfPresent() ?? ""
                case "observedGeneration": observedGeneration = try reader.readIfPresent()
                default: try reader.skip()
                }
            }
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Makes the objects that an empty cluster begins with, by the strategies of their kinds.
struct SeedObjects: Sendable {
    let registry: ResourceRegistry
    let context: RequestContext
    let system: SystemObjects

    /// The first objects, in the order of their creation.
    func encoded() -> [(key: StorageKey, object: EncodedObject)] {
        var seeds: [(key: StorageKey, object: EncodedObject)] = []
        for name in SystemObjects.namespaces {
            seeds.append((.namespace(name), encoded(SystemObjects.namespace(name))))
            for (key, object) in system.objects(namespace: name) { seeds.append((key, encoded(object))) }
        }
        for priorityClass in PriorityClassRules.systemClasses {
            let name = priorityClass.at("metadata", "name")?.string ?? ""
            seeds.append((PriorityClassRules.key(name), encoded(priorityClass)))
        }
        for (key, object) in DefaultRoles.objects { seeds.append((key, encoded(object))) }
        return seeds
    }

    private func encoded(_ object: JSONValue) -> EncodedObject {
        var object = object
        object["metadata"]?["uid"] = .string(context.newUID())
        object["metadata"]?["creationTimestamp"] = .string(context.now.description)
        let strategy = registry.definition(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")?
            .strategy
        strategy?.prepareForCreate(&object, context: context)
        return EncodedObject(object, fields: strategy?.selectableFields(of: object) ?? [:])
    }
}

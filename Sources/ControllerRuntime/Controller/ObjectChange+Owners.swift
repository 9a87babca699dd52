// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

extension ObjectChange {
    /// The objects of a kind that own the old or the new object, each once.
    ///
    /// - Parameter everyOwner: All owners of the kind, not the controlling one alone.
    func owners<Owner: Resource>(of type: Owner.Type, everyOwner: Bool) -> [ObjectKey] {
        var owners: [ObjectKey] = []
        for object in [old, new] {
            for reference in object?.metadata.ownerReferences ?? []
            where (everyOwner || reference.controller == true) && reference.refers(to: Owner.self) {
                let namespace = Owner.scope == .namespaced ? object?.metadata.namespace : nil
                let key = ObjectKey(namespace: namespace, name: reference.name)
                if !owners.contains(key) { owners.append(key) }
            }
        }
        return owners
    }
}

extension OwnerReference {
    /// Whether the owner is of this kind. The version does not count: an object is the same in all versions of its kind.
    fileprivate func refers<Owner: Resource>(to owner: Owner.Type) -> Bool {
        let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
        return kind == Owner.groupVersionKind.kind && group == Owner.groupVersionKind.group
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
import KubernetesMeta

/// Makes the kinds that a CustomResourceDefinition defines.
package enum CustomResourceFactory {
    /// One definition per served version; none until the names are accepted and the kind is established.
    package static func definition(for crd: JSONValue) -> [ResourceDefinition] {
        guard CustomResourceCondition.isTrue("Established", of: crd), let spec = crd["spec"] else { return [] }
        let names = crd.at("status", "acceptedNames") ?? .object([:])
        let versions = spec.elements("versions")
        let storage = versions.first { $0.bool("storage") }?.text("name")
        let isTerminating = crd.at("metadata", "deletionTimestamp") != nil
        return versions.filter { $0.bool("served") }.map { version in
            let strategy = CustomResourceStrategy(
                group: spec.text("group"),
                plural: names.text("plural"),
                kind: names.text("kind"),
                version: version,
                isTerminating: isTerminating
            )
            return ResourceDefinition(
                group: spec.text("group"),
                version: version.text("name"),
                kind: names.text("kind"),
                listKind: names.text("listKind"),
                plural: names.text("plural"),
                singular: names.text("singular"),
                shortNames: names.elements("shortNames").compactMap(\.string),
                categories: names.elements("categories").compactMap(\.string),
                scope: spec.text("scope") == "Cluster" ? .cluster : .namespaced,
                subresources: Set((version["subresources"]?.object?.keys ?? []).filter { $0 == "status" || $0 == "scale" }),
                storageVersion: storage,
                strategy: strategy
            )
        }
    }
}

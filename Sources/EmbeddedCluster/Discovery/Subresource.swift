// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What discovery says about one subresource.
struct Subresource: Sendable {
    var name: String
    var kind: String
    /// Set when the kind belongs to another group than the resource.
    var group = ""
    var version = ""
    var verbs: [String]

    /// The subresources of a kind, by name.
    static func all(of definition: ResourceDefinition) -> [Subresource] {
        definition.subresources.sorted().map { named($0, of: definition) }
    }

    private static func named(_ name: String, of definition: ResourceDefinition) -> Subresource {
        switch name {
        case "scale":
            Subresource(name: name, kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"])
        case "eviction": Subresource(name: name, kind: "Eviction", group: "policy", version: "v1", verbs: ["create"])
        case "token":
            Subresource(name: name, kind: "TokenRequest", group: "authentication.k8s.io", version: "v1", verbs: ["create"])
        case "binding": Subresource(name: name, kind: "Binding", verbs: ["create"])
        case "attach": Subresource(name: name, kind: "PodAttachOptions", verbs: ["create", "get"])
        case "exec": Subresource(name: name, kind: "PodExecOptions", verbs: ["create", "get"])
        case "portforward": Subresource(name: name, kind: "PodPortForwardOptions", verbs: ["create", "get"])
        case "log": Subresource(name: name, kind: definition.kind, verbs: ["get"])
        case "finalize": Subresource(name: name, kind: definition.kind, verbs: ["update"])
        default: Subresource(name: name, kind: definition.kind, verbs: ["get", "patch", "update"])
        }
    }
}

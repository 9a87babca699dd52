// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Namespaces.
struct NamespaceRules: KindRules {
    var nameRule: NameRule { .label }

    func setDefaults(_ object: inout JSONValue) {
        let name = object.at("metadata", "name") ?? ""
        object.change("metadata") { metadata in
            if name != "" { metadata.change("labels") { $0["kubernetes.io/metadata.name"] = name } }
        }
    }

    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {
        object["status"] = ["phase": "Active"]
        object.change("spec") { $0["finalizers"] = ["kubernetes"] }
    }

    /// Finalizers change through the subresource `finalize` only.
    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue) {
        object.change("spec") { $0["finalizers"] = old.at("spec", "finalizers") }
    }

    func selectableFields(of object: JSONValue) -> [String: String] {
        ["name": object.at("metadata", "name")?.string ?? "", "status.phase": object["status"]?.text("phase") ?? ""]
    }

    var table: any KindTable { NamespaceTable() }
}

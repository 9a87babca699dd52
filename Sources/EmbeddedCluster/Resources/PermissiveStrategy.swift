// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
package import KubernetesMeta

/// Takes everything as it comes.
package struct PermissiveStrategy: ResourceStrategy {
    package init() {}

    package var allowsCreateOnUpdate: Bool { false }

    package func decode(_ body: JSONValue, duplicates: [String], context: RequestContext) throws(StatusError) -> DecodedObject {
        DecodedObject(body)
    }

    package func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {
        if object["kind"]?.string == "Pod" {
            object["metadata"]?["generation"] = 1
            object["status"] = ["phase": "Pending"]
        }
        if object["kind"]?.string == "Namespace" {
            object["spec"] = ["finalizers": ["kubernetes"]]
            object["status"] = ["phase": "Active"]
        }
    }

    package func validateCreate(_ object: JSONValue, context: RequestContext) -> [FieldError] { [] }

    package func prepareForUpdate(_ object: inout JSONValue, old: JSONValue, context: RequestContext) {
        if context.subresource == "status" {
            let status = object["status"]
            object = old
            object["metadata"]?["resourceVersion"] = nil
            object["status"] = status
        }
    }

    package func validateUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) -> [FieldError] { [] }

    package func selectableFields(of object: JSONValue) -> [String: String] {
        [
            "spec.nodeName": object["spec"]?["nodeName"]?.string ?? "", "status.phase": object["status"]?["phase"]?.string ?? "",
        ]
    }

    package var tableColumns: [TableColumn] { [TableColumn(name: "Name", format: "name")] }

    package func tableCells(for object: JSONValue, now: Time) -> [JSONValue] { [object["metadata"]?["name"] ?? ""] }
}

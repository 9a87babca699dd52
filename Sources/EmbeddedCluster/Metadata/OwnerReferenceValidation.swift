// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for `metadata.ownerReferences`.
enum OwnerReferenceValidation {
    static func errors(_ references: [JSONValue]) -> [FieldError] {
        var errors: [FieldError] = []
        var controllers: [JSONValue] = []
        for reference in references {
            errors += fieldErrors(reference)
            guard reference["controller"]?.bool == true else { continue }
            controllers.append(reference)
        }
        if controllers.count > 1 {
            let names = controllers.prefix(2).map { ($0["kind"]?.string ?? "") + "/" + ($0["name"]?.string ?? "") }
            errors.append(
                .invalid(
                    "metadata.ownerReferences",
                    .array(references),
                    "Only one reference can have Controller set to true. Found \"true\" in references for \(names[0]) and \(names[1])"
                )
            )
        }
        return errors
    }

    private static func fieldErrors(_ reference: JSONValue) -> [FieldError] {
        let path = "metadata.ownerReferences"
        var errors: [FieldError] = []
        let apiVersion = reference["apiVersion"]?.string ?? ""
        let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let kind = reference["kind"]?.string ?? ""
        let group = parts.count == 2 ? parts[0] : ""
        let version = parts.count <= 2 ? parts.last ?? "" : ""
        if version.isEmpty {
            errors.append(.invalid(path + ".apiVersion", .string(apiVersion), "version must not be empty"))
        }
        if kind.isEmpty { errors.append(.invalid(path + ".kind", .string(kind), "must not be empty")) }
        for field in ["name", "uid"] where (reference[field]?.string ?? "").isEmpty {
            errors.append(.invalid(path + "." + field, "", "must not be empty"))
        }
        if kind == "Event", group.isEmpty, version == "v1" {
            errors.append(.invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner"))
        }
        return errors
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for environment variables and references to fields, ConfigMaps and Secrets.
enum EnvironmentValidation {
    private static let environmentFields: Set<String> = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
        "status.hostIPs", "status.podIP", "status.podIPs",
    ]
    static let volumeFields: Set<String> = [
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
    ]

    static func errors(_ variables: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, variable) in variables.enumerated() {
            let path = "\(field)[\(index)]"
            let name = variable.text("name")
            errors += name.isEmpty ? [.required(path + ".name")] : nameErrors(name, path + ".name")
            if let source = variable["valueFrom"] {
                errors += valueErrors(source, value: variable.text("value"), path + ".valueFrom")
            }
        }
        return errors
    }

    private static func nameErrors(_ name: String, _ field: String) -> [FieldError] {
        let isValid = name.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E && $0 != UInt8(ascii: "=") }
        let rule = "a valid environment variable name must consist only of printable ASCII characters other than '='"
        return isValid ? [] : [.invalid(field, .string(name), rule)]
    }

    private static func valueErrors(_ source: JSONValue, value: String, _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var count = 0
        if let reference = source["fieldRef"] {
            count += 1
            errors += fieldErrors(reference, field + ".fieldRef", allowed: environmentFields)
        }
        if let reference = source["resourceFieldRef"] {
            count += 1
            if reference.text("resource").isEmpty { errors.append(.required(field + ".resourceFieldRef.resource")) }
        }
        for kind in ["configMapKeyRef", "secretKeyRef"] {
            guard let reference = source[kind] else { continue }
            count += 1
            errors += keyErrors(reference, field + "." + kind)
        }
        if source["fileKeyRef"] != nil { count += 1 }
        if count == 0 {
            errors.append(
                .invalid(
                    field,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
                )
            )
        } else if !value.isEmpty {
            errors.append(.invalid(field, "", "may not be specified when `value` is not empty"))
        } else if count > 1 {
            errors.append(.invalid(field, "", "may not have more than one field specified at a time"))
        }
        return errors
    }

    /// A reference to a field of the pod.
    static func fieldErrors(_ reference: JSONValue, _ field: String, allowed: Set<String>) -> [FieldError] {
        if reference.text("apiVersion").isEmpty { return [.required(field + ".apiVersion")] }
        let path = reference.text("fieldPath")
        if path.isEmpty { return [.required(field + ".fieldPath")] }
        let known = environmentFields.union(volumeFields)
        if let subscripted = Subscript(path) {
            guard ["metadata.annotations", "metadata.labels"].contains(subscripted.path) else {
                return [
                    .invalid(
                        field + ".fieldPath",
                        .string(path),
                        "error converting fieldPath: field label does not support subscript: \(path)"
                    )
                ]
            }
            return NameFormat.qualifiedNameErrors(subscripted.key.lowercased()).map {
                .invalid(field + ".fieldPath", .string(path), $0)
            }
        }
        guard known.contains(path) else {
            return [
                .invalid(field + ".fieldPath", .string(path), "error converting fieldPath: field label not supported: \(path)")
            ]
        }
        return allowed.contains(path) ? [] : [.notSupported(field + ".fieldPath", .string(path), allowed.sorted())]
    }

    /// `metadata.labels['key']`.
    private struct Subscript {
        var path: String
        var key: String

        init?(_ text: String) {
            guard text.hasSuffix("']"), let start = text.firstRange(of: "['") else { return nil }
            path = String(text[..<start.lowerBound])
            key = String(text[start.upperBound...].dropLast(2))
        }
    }

    private static func keyErrors(_ reference: JSONValue, _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        if reference.text("name").isEmpty { errors.append(.required(field + ".name")) }
        let key = reference.text("key")
        errors +=
            key.isEmpty
            ? [.required(field + ".key")] : FieldChecks.configKeyErrors(key).map { .invalid(field + ".key", .string(key), $0) }
        return errors
    }

    static func sourceErrors(_ sources: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, source) in sources.enumerated() {
            let path = "\(field)[\(index)]"
            let prefix = source.text("prefix")
            if !prefix.isEmpty { errors += nameErrors(prefix, path + ".prefix") }
            let kinds = ["configMapRef", "secretRef"].filter { source[$0] != nil }
            for kind in kinds where source[kind]?.text("name").isEmpty ?? true {
                errors.append(.required("\(path).\(kind).name"))
            }
            if kinds.isEmpty {
                errors.append(.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
            } else if kinds.count > 1 {
                errors.append(.invalid(path, "", "may not have more than one field specified at a time"))
            }
        }
        return errors
    }
}

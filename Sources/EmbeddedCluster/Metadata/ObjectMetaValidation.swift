// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for `metadata` that hold for every kind (`k8s.io/apimachinery/pkg/api/validation`, `ValidateObjectMeta`).
struct ObjectMetaValidation {
    let definition: ResourceDefinition

    /// The whole metadata of an object that is written.
    func errors(_ metadata: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if let prefix = metadata["generateName"]?.string, !prefix.isEmpty {
            errors += nameErrors(prefix, isPrefix: true).map { .invalid("metadata.generateName", .string(prefix), $0) }
        }
        let name = metadata["name"]?.string ?? ""
        if name.isEmpty {
            errors.append(.required("metadata.name", "name or generateName is required"))
        } else {
            errors += nameErrors(name, isPrefix: false).map { .invalid("metadata.name", .string(name), $0) }
        }
        errors += Self.labelErrors(metadata["labels"], field: "metadata.labels")
        errors += Self.annotationErrors(metadata["annotations"], field: "metadata.annotations")
        errors += OwnerReferenceValidation.errors(metadata["ownerReferences"]?.array ?? [])
        errors += finalizerErrors((metadata["finalizers"]?.array ?? []).compactMap(\.string))
        return errors
    }

    /// What may not change, beyond ``errors(_:)``.
    func updateErrors(_ metadata: JSONValue, old: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        if old["deletionTimestamp"] != nil {
            let before = Set((old["finalizers"]?.array ?? []).compactMap(\.string))
            let added = (metadata["finalizers"]?.array ?? []).compactMap(\.string).filter { !before.contains($0) }
            if !added.isEmpty {
                let list = "[]string{" + added.map(GoText.quoted).joined(separator: ", ") + "}"
                errors.append(
                    .forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers " + list
                    )
                )
            }
        }
        for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
            let new = metadata[field] ?? .null
            guard new != (old[field] ?? .null) else { continue }
            errors.append(
                .invalid("metadata." + field, new.isNull && field != "deletionTimestamp" ? "" : new, "field is immutable")
            )
        }
        errors += finalizerErrors((metadata["finalizers"]?.array ?? []).compactMap(\.string))
        // For built-in kinds a real server looks at these both as metadata and as changes of metadata, and reports them for each.
        for _ in 0..<(definition.isCustom ? 1 : 2) {
            errors += Self.labelErrors(metadata["labels"], field: "metadata.labels")
            errors += Self.annotationErrors(metadata["annotations"], field: "metadata.annotations")
        }
        errors += OwnerReferenceValidation.errors(metadata["ownerReferences"]?.array ?? [])
        return errors
    }

    private func nameErrors(_ name: String, isPrefix: Bool) -> [String] {
        // The end of a prefix is not the end of a name: a dash there is fine.
        let text = isPrefix && name.hasSuffix("-") && name.utf8.count > 1 ? name.dropLast() + "a" : name
        return NameFormat.errors(text, rule: definition.strategy.nameRule)
    }

    /// Labels, here and in templates.
    package static func labelErrors(_ labels: JSONValue?, field: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (key, value) in (labels?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            errors += NameFormat.qualifiedNameErrors(key).map { .invalid(field, .string(key), $0) }
            errors += NameFormat.labelValueErrors(value.string ?? "").map { .invalid(field, value, $0) }
        }
        return errors
    }

    /// Annotations, here and in templates.
    package static func annotationErrors(_ annotations: JSONValue?, field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        for (key, value) in (annotations?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            errors += NameFormat.qualifiedNameErrors(key.lowercased()).map { .invalid(field, .string(key), $0) }
            size += key.utf8.count + (value.string?.utf8.count ?? 0)
        }
        if size > 256 << 10 { errors.append(.tooLong(field, maximumBytes: 256 << 10)) }
        return errors
    }

    /// Finalizers that custom kinds may have but should not.
    func warnings(_ metadata: JSONValue, old: JSONValue?) -> [String] {
        guard definition.isCustom else { return [] }
        let before = (old?["finalizers"]?.array ?? []).compactMap(\.string)
        return (metadata["finalizers"]?.array ?? []).compactMap(\.string)
            .filter { !$0.contains("/") && !Self.standardFinalizers.contains($0) && !before.contains($0) }
            .map {
                "metadata.finalizers: \(GoText.quoted($0)): prefer a domain-qualified finalizer name to avoid accidental conflicts with other "
                    + "finalizer writers"
            }
    }

    private static let standardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"]

    private func finalizerErrors(_ finalizers: [String]) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, finalizer) in finalizers.enumerated() {
            errors += NameFormat.qualifiedNameErrors(finalizer).map { .invalid("metadata.finalizers", .string(finalizer), $0) }
            // For custom kinds it is only a warning.
            if !definition.isCustom, !finalizer.contains("/"), !Self.standardFinalizers.contains(finalizer) {
                errors.append(
                    .invalid(
                        "metadata.finalizers[\(index)]",
                        .string(finalizer),
                        "name is neither a standard finalizer name nor is it fully qualified"
                    )
                )
            }
        }
        if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
            errors.append(
                .invalid(
                    "metadata.finalizers",
                    .array(finalizers.map(JSONValue.string)),
                    "finalizer orphan and foregroundDeletion cannot be both set"
                )
            )
        }
        return errors
    }
}

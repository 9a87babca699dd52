// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with a CustomResourceDefinition (`k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation`).
///
/// A real server works on an older layout of the type: what all versions have in common (with one version: everything) stands in fields of
/// `spec` such as `spec.validation`, and errors name those.
struct CustomResourceDefinitionValidation {
    private let object: JSONValue
    private let spec: JSONValue
    private let versions: [JSONValue]

    init(_ object: JSONValue) {
        self.object = object
        spec = object["spec"] ?? .object([:])
        versions = spec.elements("versions")
    }

    var createErrors: [FieldError] {
        var errors: [FieldError] = []
        let name = object.at("metadata", "name")?.string ?? ""
        if name != (spec.at("names", "plural")?.string ?? "") + "." + spec.text("group") {
            errors.append(.invalid("metadata.name", .string(name), "must be spec.names.plural+\".\"+spec.group"))
        }
        return errors + specErrors + storedVersionErrors + approvalErrors + preservationErrors
    }

    func updateErrors(old: JSONValue) -> [FieldError] {
        var errors = specErrors
        let isEstablished = CustomResourceCondition.isTrue("Established", of: old)
        let fields = (isEstablished ? [["scope"], ["names", "kind"]] : []) + [["group"], ["names", "plural"]]
        for path in fields {
            let new = Self.value(spec, path)
            if new != Self.value(old["spec"] ?? .null, path) {
                errors.append(.invalid("spec." + path.joined(separator: "."), new, "field is immutable"))
            }
        }
        return errors + storedVersionErrors + (preservesAlready(old) ? [] : preservationErrors)
    }

    private static func value(_ object: JSONValue, _ path: [String]) -> JSONValue {
        path.reduce(object) { $0[$1] ?? .null }
    }

    private func preservesAlready(_ old: JSONValue) -> Bool { old["spec"]?.bool("preserveUnknownFields") ?? false }

    // MARK: spec

    private var specErrors: [FieldError] {
        var errors = groupErrors
        errors += Self.enumeration("spec.scope", spec.text("scope"), ["Cluster", "Namespaced"])
        for (index, version) in versions.enumerated() where version.at("schema", "openAPIV3Schema") == nil {
            errors.append(.required("spec.versions[\(index)].schema.openAPIV3Schema"))
        }
        errors += versionErrors
        let names = CustomResourceNameValidation(names: spec["names"] ?? .null, path: "spec.names")
        errors += names.requiredErrors + names.errors
        errors += hoistedErrors
        errors += conversionErrors
        return errors
    }

    private var groupErrors: [FieldError] {
        let group = spec.text("group")
        if group.isEmpty { return [.required("spec.group")] }
        let problems = NameFormat.subdomainErrors(group)
        if !problems.isEmpty { return [.invalid("spec.group", .string(group), problems.joined(separator: ","))] }
        if !group.contains(".") { return [.invalid("spec.group", .string(group), "should be a domain with at least one dot")] }
        return []
    }

    static func enumeration(_ field: String, _ value: String, _ allowed: [String]) -> [FieldError] {
        if value.isEmpty { return [.required(field)] }
        return allowed.contains(value) ? [] : [.notSupported(field, .string(value), allowed)]
    }

    private var versionErrors: [FieldError] {
        var errors: [FieldError] = []
        for (index, version) in versions.enumerated() {
            let name = version.text("name")
            let path = "spec.versions[\(index)]"
            let problems = NameFormat.label1035Errors(name)
            if !problems.isEmpty { errors.append(.invalid(path + ".name", .string(name), problems.joined(separator: ","))) }
            if !isHoisted("schema") {
                errors += schemaErrors(of: version, path: path + ".schema")
            }
            if !isHoisted("subresources") { errors += Self.subresourceErrors(of: version, path: path + ".subresources") }
            if !isHoisted("additionalPrinterColumns") {
                errors += Self.columnErrors(of: version, path: path + ".additionalPrinterColumns")
            }
            if !isHoisted("selectableFields") { errors += Self.selectableErrors(of: version, path: path + ".selectableFields") }
        }
        let names = versions.map { $0.text("name") }
        if Set(names).count != names.count {
            errors.append(.invalid("spec.versions", renderedVersions, "must contain unique version names"))
        }
        if versions.count(where: { $0.bool("storage") }) != 1 {
            errors.append(.invalid("spec.versions", renderedVersions, "must have exactly one version marked as storage version"))
        }
        if let first = names.first {
            let problems = NameFormat.label1035Errors(first)
            if !problems.isEmpty { errors.append(.invalid("spec.version", .string(first), problems.joined(separator: ","))) }
        }
        return errors
    }

    /// Whether a field of the versions is the same in all of them and so, for errors, stands in `spec`.
    private func isHoisted(_ key: String) -> Bool {
        guard let first = versions.first else { return true }
        return versions.dropFirst().allSatisfy { $0[key] == first[key] }
    }

    /// The versions as a real server prints them in errors.
    private var renderedVersions: JSONValue {
        guard spec["versions"]?.array != nil else { return .null }
        return .array(
            versions.map { version in
                func own(_ key: String) -> JSONValue { isHoisted(key) ? .null : version[key] ?? .null }
                return [
                    "Name": .string(version.text("name")), "Served": .bool(version.bool("served")),
                    "Storage": .bool(version.bool("storage")),
                    "Deprecated": .bool(version.bool("deprecated")), "DeprecationWarning": version["deprecationWarning"] ?? .null,
                    "Schema": own("schema"), "Subresources": own("subresources"),
                    "AdditionalPrinterColumns": own("additionalPrinterColumns"), "SelectableFields": own("selectableFields"),
                ]
            }
        )
    }

    private var hoistedErrors: [FieldError] {
        guard let version = versions.first else { return [] }
        var errors: [FieldError] = []
        if isHoisted("schema") { errors += schemaErrors(of: version, path: "spec.validation") }
        if isHoisted("subresources") { errors += Self.subresourceErrors(of: version, path: "spec.subresources") }
        if isHoisted("additionalPrinterColumns") {
            errors += Self.columnErrors(of: version, path: "spec.additionalPrinterColumns")
        }
        if isHoisted("selectableFields") { errors += Self.selectableErrors(of: version, path: "spec.selectableFields") }
        return errors
    }

    private func schemaErrors(of version: JSONValue, path: String) -> [FieldError] {
        guard let schema = version.at("schema", "openAPIV3Schema") else { return [] }
        return CustomResourceSchemaValidation(root: schema, path: path + ".openAPIV3Schema").errors
    }

    // MARK: Columns, subresources, selectable fields

    private static let columnTypes = ["boolean", "date", "integer", "number", "string"]
    private static let columnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"]

    private static func columnErrors(of version: JSONValue, path: String) -> [FieldError] {
        var errors: [FieldError] = []
        for (index, column) in version.elements("additionalPrinterColumns").enumerated() {
            let path = "\(path)[\(index)]"
            if column.text("name").isEmpty { errors.append(.required(path + ".name")) }
            let type = column.text("type")
            if type.isEmpty {
                errors.append(.required(path + ".type", "must be one of \(columnTypes.joined(separator: ","))"))
            } else if !columnTypes.contains(type) {
                errors.append(.invalid(path + ".type", .string(type), "must be one of \(columnTypes.joined(separator: ","))"))
            }
            let format = column.text("format")
            if !format.isEmpty, !columnFormats.contains(format) {
                errors.append(
                    .invalid(path + ".format", .string(format), "must be one of \(columnFormats.joined(separator: ","))")
                )
            }
            let jsonPath = column.text("jsonPath")
            errors += jsonPath.isEmpty ? [.required(path + ".JSONPath")] : simplePathErrors(jsonPath, path + ".JSONPath")
        }
        return errors
    }

    private static func simplePathErrors(_ text: String, _ field: String) -> [FieldError] {
        text.hasPrefix(".") ? [] : [.invalid(field, .string(text), "must be a simple json path starting with .")]
    }

    private static func subresourceErrors(of version: JSONValue, path: String) -> [FieldError] {
        guard let scale = version.at("subresources", "scale") else { return [] }
        var errors: [FieldError] = []
        for (key, root) in [("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")] {
            let text = scale.text(key)
            let field = path + ".scale." + key
            let problems = text.isEmpty ? [FieldError.required(field)] : simplePathErrors(text, field)
            errors += problems
            if problems.isEmpty, !text.hasPrefix(root + ".") {
                errors.append(.invalid(field, .string(text), "should be a json path under \(root)"))
            }
        }
        if case let text = scale.text("labelSelectorPath"), !text.isEmpty {
            let field = path + ".scale.labelSelectorPath"
            let problems = simplePathErrors(text, field)
            errors += problems
            if problems.isEmpty, !text.hasPrefix(".spec."), !text.hasPrefix(".status.") {
                errors.append(.invalid(field, .string(text), "should be a json path under either .status or .spec"))
            }
        }
        return errors
    }

    private static let selectableFieldLimit = 8

    private static func selectableErrors(of version: JSONValue, path: String) -> [FieldError] {
        let fields = version.elements("selectableFields")
        guard !fields.isEmpty, let schema = version.at("schema", "openAPIV3Schema") else { return [] }
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, element) in fields.enumerated() {
            let field = "\(path)[\(index)].jsonPath"
            let text = element.text("jsonPath")
            if text.isEmpty {
                errors.append(.required(field))
                continue
            }
            switch SchemaFieldPath(text).resolve(in: schema) {
            case .failure(let problem):
                errors.append(.invalid(field, .string(text), "is an invalid path: " + problem.text))
            case .success(let found):
                if text.hasPrefix(".metadata") {
                    errors.append(.invalid(field, .string(text), "must not point to fields in metadata"))
                }
                if !["string", "boolean", "integer"].contains(found.text("type")) {
                    let detail =
                        "must point to a field of type string, boolean or integer. "
                        + "Enum string fields and strings with formats are allowed."
                    errors.append(.invalid(field, .string(text), detail))
                }
                if !seen.insert(text).inserted { errors.append(.duplicate(field, .string(text))) }
            }
        }
        if fields.count > selectableFieldLimit {
            let detail = "must have at most \(selectableFieldLimit) items"
            errors.append(FieldError(.tooMany, field: path, badValue: .int(fields.count), detail: detail))
        }
        return errors
    }

    // MARK: The rest

    private var conversionErrors: [FieldError] {
        guard let conversion = spec["conversion"] else { return [] }
        let strategy = conversion.text("strategy")
        var errors = Self.enumeration("spec.conversion.strategy", strategy, ["None", "Webhook"])
        let client = conversion.at("webhook", "clientConfig")
        if strategy == "Webhook" {
            if client == nil {
                errors.append(.required("spec.conversion.webhookClientConfig", "required when strategy is set to Webhook"))
            }
            if conversion.at("webhook", "conversionReviewVersions")?.array?.isEmpty ?? true {
                errors.append(.required("spec.conversion.conversionReviewVersions"))
            }
            if errors.isEmpty {
                let detail = "this cluster does not call conversion webhooks; use None and versions with the same schema"
                errors.append(.invalid("spec.conversion.strategy", "Webhook", detail))
            }
        } else if client != nil {
            errors.append(
                .forbidden("spec.conversion.webhookClientConfig", "should not be set when strategy is not set to Webhook")
            )
        }
        return errors
    }

    var storedVersionErrors: [FieldError] {
        let field = "status.storedVersions"
        let stored = object.at("status", "storedVersions")?.array ?? []
        guard !stored.isEmpty else { return [.invalid(field, .null, "must have at least one stored version")] }
        var errors: [FieldError] = []
        for version in versions where version.bool("storage") && !stored.contains(version["name"] ?? .null) {
            errors.append(.invalid(field, .array(stored), "must have the storage version \(version.text("name"))"))
        }
        for (index, name) in stored.enumerated() where !versions.contains(where: { $0["name"] == name }) {
            let text = name.string ?? ""
            errors.append(
                .invalid(
                    "\(field)[\(index)]",
                    name,
                    "missing from spec.versions; \(text) was previously a storage version, and must remain in spec.versions until a storage "
                        + "migration ensures no data remains persisted in \(text) and removes \(text) from status.storedVersions"
                )
            )
        }
        return errors
    }

    private var approvalErrors: [FieldError] {
        let group = spec.text("group")
        let isProtected = ["k8s.io", "kubernetes.io"].contains { group == $0 || group.hasSuffix("." + $0) }
        guard isProtected else { return [] }
        let annotation = "api-approved.kubernetes.io"
        let field = "metadata.annotations[\(annotation)]"
        let reference = "see https://github.com/kubernetes/enhancements/pull/1111"
        let value = object.at("metadata", "annotations", annotation)?.string ?? ""
        if value.isEmpty {
            return [.required(field, "protected groups must have approval annotation \(GoText.quoted(annotation)), \(reference)")]
        }
        if value.hasPrefix("unapproved") || value.hasPrefix("https://") || value.hasPrefix("http://") { return [] }
        let detail =
            "protected groups must have approval annotation \(GoText.quoted(annotation)) with either a URL or a reason starting "
            + "with \"unapproved\", \(reference)"
        return [.invalid(field, .string(value), detail)]
    }

    private var preservationErrors: [FieldError] {
        guard spec.bool("preserveUnknownFields") else { return [] }
        let detail = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        return [.invalid("spec.preserveUnknownFields", true, detail)]
    }
}

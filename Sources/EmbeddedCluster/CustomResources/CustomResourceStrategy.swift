// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The strategy of one version of a custom resource (`k8s.io/apiextensions-apiserver/pkg/registry/customresource`).
struct CustomResourceStrategy: ResourceStrategy {
    let group: String
    let plural: String
    let kind: String
    let versionName: String
    let schema: StructuralSchema
    /// The schema as it was given, for OpenAPI.
    let schemaDocument: JSONValue
    let hasStatus: Bool
    let scale: CustomResourceScale?
    let columns: [PrinterColumn]
    /// Members that fieldSelector may name, with the path to each.
    let selectable: [(name: String, path: [String])]
    /// What users of a deprecated version are told.
    let deprecationWarning: String?
    /// The definition is being deleted: nothing new may be created.
    let isTerminating: Bool

    /// - Parameter version: One of `spec.versions` of an established CustomResourceDefinition.
    init(group: String, plural: String, kind: String, version: JSONValue, isTerminating: Bool = false) {
        self.group = group
        self.plural = plural
        self.kind = kind
        versionName = version.text("name")
        schemaDocument = version.at("schema", "openAPIV3Schema") ?? ["type": "object"]
        schema = StructuralSchema(schemaDocument)
        hasStatus = version.at("subresources", "status") != nil
        scale = version.at("subresources", "scale").map(CustomResourceScale.init)
        columns = PrinterColumn.columns(version.elements("additionalPrinterColumns"))
        selectable = version.elements("selectableFields").map { field in
            let name = String(field.text("jsonPath").dropFirst())
            return (name, name.split(separator: ".").map(String.init))
        }
        deprecationWarning =
            version.bool("deprecated")
            ? version["deprecationWarning"]?.string ?? "\(group)/\(versionName) \(kind) is deprecated" : nil
        self.isTerminating = isTerminating
    }

    var allowsUnconditionalUpdate: Bool { false }

    // MARK: Decoding

    func decode(_ body: JSONValue, duplicates: [String], context: RequestContext) throws(StatusError) -> DecodedObject {
        var object = body
        var metadataDecoder = TypedDecoder()
        if let metadata = object["metadata"] {
            object["metadata"] = metadataDecoder.decode(metadata, as: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
        }
        if let error = metadataDecoder.error { throw refusal(error, context) }
        let unknown = metadataDecoder.unknownFields.map { "metadata." + $0 } + schema.prune(&object)
        schema.applyDefaults(to: &object)
        object.normalizeNumbers()
        let complaints =
            duplicates.map { "duplicate field " + GoText.quoted($0) } + unknown.map { "unknown field " + GoText.quoted($0) }
        switch context.fieldValidation {
        case .ignore: return DecodedObject(object)
        case .warn: return DecodedObject(object, warnings: complaints)
        case .strict:
            guard complaints.isEmpty else {
                throw refusal("strict decoding error: " + complaints.joined(separator: ", "), context)
            }
            return DecodedObject(object)
        }
    }

    /// A patched object is refused with the reason alone: the pipeline says that it is about a patch.
    private func refusal(_ reason: String, _ context: RequestContext) -> StatusError {
        if context.verb == .patch { return .badRequest(reason) }
        return .badRequest("\(kind) in version \(GoText.quoted(versionName)) cannot be handled as a \(kind): \(reason)")
    }

    func decodedFromStorage(_ object: JSONValue) -> JSONValue {
        var result = object
        schema.prune(&result)
        schema.applyDefaults(to: &result)
        return result
    }

    // MARK: Writing

    func admit(_ object: inout JSONValue, old: JSONValue?, context: RequestContext) throws(StatusError) {
        guard isTerminating, old == nil, context.verb == .create else { return }
        throw .forbidden(
            QualifiedName(group: group, name: plural),
            name: object.at("metadata", "name")?.string ?? "",
            "create not allowed while custom resource definition is terminating"
        )
    }

    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {
        if hasStatus { object["status"] = nil }
        object["metadata"]?["generation"] = 1
    }

    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue, context: RequestContext) {
        if context.subresource == "status" {
            let status = object["status"]
            object = old
            object["status"] = status
            return
        }
        if hasStatus { object["status"] = old["status"] }
        if Self.withoutMetadata(object) != Self.withoutMetadata(old) {
            object["metadata"]?["generation"] = .int((old.at("metadata", "generation")?.int ?? 0) + 1)
        }
    }

    private static func withoutMetadata(_ object: JSONValue) -> JSONValue {
        var object = object
        object["metadata"] = nil
        return object
    }

    func validateCreate(_ object: JSONValue, context: RequestContext) -> [FieldError] {
        var errors = schema.validate(object)
        errors += scale?.errors(in: object) ?? []
        errors += schema.embeddedResourceErrors(in: object)
        errors += schema.duplicateListElements(in: object)
        return errors + uncheckedRules(errors)
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) -> [FieldError] {
        var errors = schema.validate(object, old: old)
        errors += scale?.errors(in: object) ?? []
        errors += schema.embeddedResourceErrors(in: object)
        // Lists that were wrong before may stay so.
        if schema.duplicateListElements(in: old).isEmpty { errors += schema.duplicateListElements(in: object) }
        return errors + uncheckedRules(errors)
    }

    /// A real server says when errors kept it from evaluating rules.
    private func uncheckedRules(_ errors: [FieldError]) -> [FieldError] {
        let blocking: Set<FieldError.Kind> = [.notSupported, .required, .tooLong, .tooMany, .typeInvalid]
        guard schema.hasRules, errors.contains(where: { blocking.contains($0.kind) }) else { return [] }
        let detail =
            "some validation rules were not checked because the object was invalid; "
            + "correct the existing errors to complete validation"
        return [.invalid(SchemaProblem.noField, .null, detail)]
    }

    func warnings(for object: JSONValue, old: JSONValue?, context: RequestContext) -> [String] {
        deprecationWarning.map { [$0] } ?? []
    }

    // MARK: Reading

    func selectableFields(of object: JSONValue) -> [String: String] {
        var result: [String: String] = [:]
        for (name, path) in selectable {
            let value = path.reduce(object as JSONValue?) { $0?[$1] }
            result[name] = value.map { $0.isNull ? "" : GoValue.text($0) } ?? ""
        }
        return result
    }

    var tableColumns: [TableColumn] { [.objectName] + columns.map(\.column) }

    func tableCells(for object: JSONValue, now: Time) -> [JSONValue] {
        [TableText.name(object)] + columns.map { $0.cell(for: object, now: now) }
    }
}

extension JSONValue {
    /// Writes numbers as Go's decoder and encoder leave them: `2.0` and `1e2` are `2` and `100`.
    mutating func normalizeNumbers() {
        switch self {
        case .number(let number):
            if !number.isInteger || Int64(number.text) == nil { self = .number(GoNumber.normalized(number)) }
        case .array(var elements):
            guard elements.contains(where: { !$0.isNormal }) else { return }
            self = .null
            for index in elements.indices { elements[index].normalizeNumbers() }
            self = .array(elements)
        case .object(let object):
            guard !isNormal else { return }
            self = .object(
                JSONObject(
                    object.map { member in
                        var value = member.value
                        value.normalizeNumbers()
                        return (member.key, value)
                    }
                )
            )
        case .null, .bool, .string: break
        }
    }

    private var isNormal: Bool {
        switch self {
        case .number(let number): number.isInteger && Int64(number.text) != nil
        case .array(let elements): elements.allSatisfy(\.isNormal)
        case .object(let object): object.allSatisfy { $0.value.isNormal }
        case .null, .bool, .string: true
        }
    }
}

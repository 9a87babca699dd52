// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The strategy of a built-in kind: decoding by the generated types, the parts that all kinds share, and the kind's own ``KindRules``.
struct BuiltinStrategy: ResourceStrategy {
    /// The name of the definition in the generated schemas.
    let definition: String
    let version: String
    let kind: String
    /// Whether the kind has a status that only its subresource may write.
    let hasStatus: Bool
    /// Whether `metadata.generation` counts changes of the desired state.
    let hasGeneration: Bool
    let rules: any KindRules

    var nameRule: NameRule { rules.nameRule }
    var allowsCreateOnUpdate: Bool { rules.allowsCreateOnUpdate }
    var allowsUnconditionalUpdate: Bool { rules.allowsUnconditionalUpdate }

    // MARK: Decoding

    func decode(_ body: JSONValue, duplicates: [String], context: RequestContext) throws(StatusError) -> DecodedObject {
        var decoder = TypedDecoder()
        let object = decoder.decode(body, as: definition)
        if let error = decoder.error { throw refusal(error) }
        let complaints =
            duplicates.map { "duplicate field " + GoText.quoted($0) }
            + decoder.unknownFields.map { "unknown field " + GoText.quoted($0) }
        switch context.fieldValidation {
        case .ignore: return DecodedObject(object)
        case .warn: return DecodedObject(object, warnings: complaints)
        case .strict:
            guard complaints.isEmpty else { throw refusal("strict decoding error: " + complaints.joined(separator: ", ")) }
            return DecodedObject(object)
        }
    }

    private func refusal(_ reason: String) -> StatusError {
        .badRequest("\(kind) in version \(GoText.quoted(version)) cannot be handled as a \(kind): \(reason)")
    }

    func references(of object: JSONValue, context: RequestContext) -> [StorageKey] {
        rules.references(of: object, context: context)
    }

    func admit(_ object: inout JSONValue, old: JSONValue?, context: RequestContext) throws(StatusError) {
        if let old {
            try rules.admitUpdate(object, old: old, context: context)
        } else {
            try rules.admit(&object, context: context)
        }
    }

    func setDefaults(_ object: inout JSONValue) { rules.setDefaults(&object) }

    func answer(to object: JSONValue, context: RequestContext) throws(StatusError) -> JSONValue? {
        try rules.answer(to: object, context: context)
    }

    // MARK: Writing

    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {
        if hasStatus { object["status"] = emptyStatus }
        rules.setDefaults(&object)
        if hasGeneration { object["metadata"]?["generation"] = 1 }
        rules.prepareForCreate(&object, context: context)
    }

    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue, context: RequestContext) {
        rules.setDefaults(&object)
        if context.subresource == "status" {
            for key in Set(object.object?.keys ?? []).union(old.object?.keys ?? []) where key != "status" && key != "metadata" {
                object[key] = old[key]
            }
            object["metadata"]?["ownerReferences"] = old.at("metadata", "ownerReferences")
            rules.prepareForStatusUpdate(&object, old: old)
            return
        }
        if hasStatus { object["status"] = old["status"] ?? emptyStatus }
        rules.prepareForUpdate(&object, old: old)
        if hasGeneration, desiredState(of: object) != desiredState(of: old) {
            object["metadata"]?["generation"] = .int((old.at("metadata", "generation")?.int ?? 0) + 1)
        }
    }

    func validateCreate(_ object: JSONValue, context: RequestContext) -> [FieldError] { rules.validate(object) }

    func validateUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) -> [FieldError] {
        context.subresource == "status" ? rules.validateStatusUpdate(object, old: old) : rules.validateUpdate(object, old: old)
    }

    func warnings(for object: JSONValue, old: JSONValue?, context: RequestContext) -> [String] {
        rules.warnings(for: object, old: old)
    }

    /// Everything but metadata and status.
    private func desiredState(of object: JSONValue) -> JSONValue {
        var object = object
        object["metadata"] = nil
        object["status"] = nil
        return object
    }

    private var emptyStatus: JSONValue? {
        var decoder = TypedDecoder()
        return decoder.decode(.object([:]), as: definition)["status"]
    }

    // MARK: Reading

    func decodedFromStorage(_ object: JSONValue) -> JSONValue { rules.decodedFromStorage(object) }
    func encodedForStorage(_ object: JSONValue) -> JSONValue { rules.encodedForStorage(object) }
    func strategicMergeSchema() -> (any StrategicMergeSchema)? { BuiltinMergeSchema(definition: definition) }
    func selectableFields(of object: JSONValue) -> [String: String] { rules.selectableFields(of: object) }
    var tableColumns: [TableColumn] { rules.table.columns }
    func tableCells(for object: JSONValue, now: Time) -> [JSONValue] { rules.table.cells(for: object, now: now) }
}

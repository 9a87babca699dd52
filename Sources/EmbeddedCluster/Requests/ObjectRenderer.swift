// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Writes stored objects as a client sees them, in the served version, from slices of the stored bytes wherever possible.
struct ObjectRenderer: Sendable {
    let definition: ResourceDefinition
    private let prefix: [UInt8]

    init(_ definition: ResourceDefinition) {
        self.definition = definition
        let head: JSONObject = ["kind": .string(definition.kind), "apiVersion": .string(definition.apiVersion)]
        // `{"kind":…,"apiVersion":…` with a comma instead of the closing brace.
        prefix = JSONValue.object(head).serialized().dropLast() + [UInt8(ascii: ",")]
    }

    /// The whole object.
    ///
    /// - Parameter revision: Replaces the resourceVersion, for events about deletions.
    func append(_ entry: ObjectEntry, revision: UInt64? = nil, to bytes: inout [UInt8]) throws(StatusError) {
        if needsDecoding(entry) {
            bytes += try object(entry, revision: revision).serialized()
        } else {
            bytes += prefix
            if let revision {
                bytes += entry.bytes(withRevision: revision)[entry.parts.commonStart...]
            } else {
                bytes += entry.commonBytes
            }
        }
    }

    /// The object as an item of a list. Lists of built-in kinds leave kind and version of their items out.
    func appendItem(_ entry: ObjectEntry, to bytes: inout [UInt8]) throws(StatusError) {
        if definition.isCustom {
            try append(entry, to: &bytes)
        } else if needsDecoding(entry) {
            var object = try object(entry)
            object["kind"] = nil
            object["apiVersion"] = nil
            bytes += object.serialized()
        } else {
            bytes.append(UInt8(ascii: "{"))
            bytes += entry.commonBytes
        }
    }

    /// The object as a value, in the served version.
    func object(_ entry: ObjectEntry, revision: UInt64? = nil) throws(StatusError) -> JSONValue {
        var object = try entry.object()
        if needsDecoding(entry) { object = definition.strategy.decodedFromStorage(object) }
        object["apiVersion"] = .string(definition.apiVersion)
        object["kind"] = .string(definition.kind)
        if let revision { object["metadata"]?["resourceVersion"] = .string(String(revision)) }
        return object
    }

    /// Objects written before the present schema get its defaults when they are read; those of another group's storage get their shape.
    private func needsDecoding(_ entry: ObjectEntry) -> Bool {
        definition.isCustom ? entry.modRevision <= definition.schemaRevision : definition.storageGroup != definition.group
    }
}

/// Makes `PartialObjectMetadata` of objects.
enum PartialMetadata {
    static func object(_ object: JSONValue) -> JSONValue {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? .object([:])]
    }
}

/// Makes `Table` answers.
struct TableRenderer: Sendable {
    enum IncludedObject: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case whole = "Object"
    }

    let definition: ResourceDefinition
    let included: IncludedObject
    let now: Time

    init(_ definition: ResourceDefinition, query: QueryParameters, now: Time) throws(StatusError) {
        self.definition = definition
        self.now = now
        let text = query["includeObject"] ?? ""
        guard let included = IncludedObject(rawValue: text.isEmpty ? "Metadata" : text) else {
            throw .badRequest(
                "Unable to convert to Table as requested: includeObject: Invalid value: \(GoText.quoted(text)): must be 'Metadata', 'Object', "
                    + "'None', or empty"
            )
        }
        self.included = included
    }

    /// - Parameter includesColumns: False for the later events of a watch.
    func table(_ objects: [JSONValue], metadata: JSONValue, includesColumns: Bool = true) -> JSONValue {
        let columns = definition.strategy.tableColumns.map(Self.column)
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": includesColumns ? .array(columns) : .null,
            "rows": .array(objects.map(row)),
        ]
    }

    private static func column(_ column: TableColumn) -> JSONValue {
        [
            "name": .string(column.name), "type": .string(column.type), "format": .string(column.format),
            "description": .string(column.description), "priority": .int(column.priority),
        ]
    }

    private func row(_ object: JSONValue) -> JSONValue {
        var row: JSONValue = ["cells": .array(definition.strategy.tableCells(for: object, now: now))]
        switch included {
        case .none: row["object"] = .null
        case .metadata: row["object"] = PartialMetadata.object(object)
        case .whole: row["object"] = object
        }
        return row
    }
}

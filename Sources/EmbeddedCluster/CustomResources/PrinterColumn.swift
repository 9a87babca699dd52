// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// One of `additionalPrinterColumns` (`k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor`).
struct PrinterColumn: Sendable {
    let column: TableColumn
    private let path: JSONPath?

    /// The columns of a version; the age where it names none.
    static func columns(_ documents: [JSONValue]) -> [PrinterColumn] {
        if documents.isEmpty {
            return [PrinterColumn(["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"])]
        }
        return documents.map(PrinterColumn.init)
    }

    init(_ document: JSONValue) {
        let text = document.text("jsonPath")
        let description = document.text("description")
        column = TableColumn(
            name: document.text("name"),
            type: document.text("type"),
            format: document.text("format"),
            description: description.isEmpty ? "Custom resource definition column (in JSONPath format): \(text)" : description,
            priority: document.integer("priority").flatMap { Int(exactly: $0) } ?? 0
        )
        path = JSONPath(text)
    }

    /// The cell of an object; null where there is no value of the column's type.
    func cell(for object: JSONValue, now: Time) -> JSONValue {
        guard let value = path?.values(in: object).first, !value.isNull else { return .null }
        switch column.type {
        case "string": return .string(Self.text(value))
        case "integer":
            return value.double.flatMap { Int64(exactly: $0.rounded(.towardZero)) }.map { .int(value.int ?? $0) } ?? .null
        case "number": return value.double == nil ? .null : value
        case "boolean": return value.bool == nil ? .null : value
        case "date":
            guard let text = value.string else { return .null }
            guard let time = Time(text) else { return "<invalid>" }
            return .string(TableText.since(time, now: now))
        default: return .null
        }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array, .object: value.sortedByKey.text
        case .null, .bool, .number: GoValue.text(value)
        }
    }
}

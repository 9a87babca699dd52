// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes `BuiltinSchemas.swift`: the schemas that the embedded API server carries, as one JSON document, a definition per line.
struct SchemaDocument {
    let schemas: Schemas

    func render() throws -> String {
        let roots = Plan.schemaRoots.flatMap { row in row.kinds.flatMap { [row.prefix + $0, row.prefix + $0 + "List"] } }
        let names = schemas.closure(of: roots).filter { schemas[$0] != nil }.sorted()
        let lines = try names.map { "\"\($0)\":" + (try Self.compact(schemas[$0] ?? [:])) }
        return """
            \(StructRenderer.header)

            // swift-format-ignore-file

            /// The OpenAPI v3 schemas of the built-in kinds and of what they refer to, without descriptions, for Kubernetes \(schemas.version).
            ///
            /// References are those of OpenAPI v3: `#/components/schemas/NAME`, alone or as the only part of an `allOf` beside a default.
            enum BuiltinSchemas {
                /// `{"definitions": {"io.k8s.api.core.v1.Pod": {…}, …}}`
                static let document: String = #\"\"\"
                    {"definitions":{
            \(lines.map { "        " + $0 }.joined(separator: ",\n"))
                    }}
                    \"\"\"#
            }

            """
    }

    private static func compact(_ schema: Schema) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: prune(schema), options: [.sortedKeys, .withoutEscapingSlashes])
        let text = String(decoding: data, as: UTF8.self)
        guard !text.contains("\"\"\"#") else { throw Failure("a schema contains the delimiter of the string it is put into") }
        return text
    }

    /// Descriptions are Kubernetes' documentation and stay out. A property may itself be called `description`: then it is a schema.
    private static func prune(_ value: Any) -> Any {
        if let array = value as? [Any] { return array.map(prune) }
        guard let object = value as? Schema else { return value }
        return object.filter { !($0.key == "description" && $0.value is String) }.mapValues(prune)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How strategic merge patches treat the members of a built-in struct.
struct BuiltinMergeSchema: StrategicMergeSchema {
    private let type: StructType

    init(definition: String) { type = BuiltinTypes.shared.structure(definition) }

    func field(_ name: String) -> StrategicMergeField? {
        guard let field = type.fields[name] else { return nil }
        return StrategicMergeField(
            strategies: field.patchStrategies,
            mergeKey: field.mergeKey,
            schema: Self.schema(of: field.type)
        )
    }

    private static func schema(of type: FieldType) -> (any StrategicMergeSchema)? {
        switch type {
        case .structure(let name): BuiltinMergeSchema(definition: name)
        case .list(.structure(let name)): BuiltinMergeSchema(definition: name)
        default: nil
        }
    }
}

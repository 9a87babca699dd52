// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

extension StructuralSchema {
    /// Paths reported of one object; the rest is removed in silence.
    private static let unknownFieldLimit = 100

    /// Removes members that the schema does not name, except below `x-kubernetes-preserve-unknown-fields`; at the root and in embedded
    /// resources `apiVersion`, `kind` and `metadata` always stay. Applying it twice changes nothing more.
    ///
    /// - Returns: The paths of what was removed, sorted.
    @discardableResult
    package func prune(_ object: inout JSONValue) -> [String] {
        var walk = PruningWalk(limit: Self.unknownFieldLimit)
        walk.prune(&object, self, path: "", isRoot: true)
        return walk.unknown.sorted()
    }
}

private struct PruningWalk {
    let limit: Int
    var unknown: [String] = []

    private static let metadataFields: Set<String> = ["apiVersion", "kind", "metadata"]

    mutating func prune(_ value: inout JSONValue, _ schema: StructuralSchema?, path: String, isRoot: Bool = false) {
        let preserves = schema?.preservesUnknownFields ?? false
        switch value {
        case .object(var object):
            value = .null
            for key in object.keys {
                if isRoot || schema?.isEmbeddedResource == true, Self.metadataFields.contains(key) { continue }
                let memberPath = path.isEmpty ? key : path + "." + key
                guard let schema, schema.properties[key] != nil || schema.hasAdditionalProperties else {
                    if preserves { continue }
                    if unknown.count < limit { unknown.append(memberPath) }
                    object[key] = nil
                    continue
                }
                guard var member = object[key], member.isContainer else { continue }
                object[key] = .null
                prune(&member, schema.member(key), path: memberPath)
                object[key] = member
            }
            value = .object(object)
        case .array(var elements):
            if preserves, schema?.items == nil { return }
            value = .null
            for index in elements.indices where elements[index].isContainer {
                prune(&elements[index], schema?.items, path: "\(path)[\(index)]")
            }
            value = .array(elements)
        default: break
        }
    }
}

extension StructuralSchema {
    fileprivate var hasAdditionalProperties: Bool { if case .none = additionalProperties { false } else { true } }
}

extension JSONValue {
    /// Whether this is an object or an array.
    var isContainer: Bool {
        switch self {
        case .object, .array: true
        case .null, .bool, .number, .string: false
        }
    }
}

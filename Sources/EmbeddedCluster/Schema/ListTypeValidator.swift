// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension StructuralSchema {
    /// Elements that occur twice in lists of type set or map.
    func duplicateListElements(in object: JSONValue) -> [FieldError] {
        guard hasListTypes else { return [] }
        var errors: [FieldError] = []
        collectDuplicates(in: object, path: "", &errors)
        return errors
    }

    private func collectDuplicates(in value: JSONValue, path: String, _ errors: inout [FieldError]) {
        guard hasListTypes else { return }
        switch value {
        case .object(let object):
            if case .schema(let additional) = additionalProperties {
                for (name, member) in object { additional.collectDuplicates(in: member, path: "\(path)[\(name)]", &errors) }
            } else {
                for name in propertyNames {
                    guard let property = properties[name], let member = object[name] else { continue }
                    property.collectDuplicates(in: member, path: path.isEmpty ? name : path + "." + name, &errors)
                }
            }
        case .array(let elements):
            errors += duplicates(in: elements, path: path)
            guard let items else { return }
            for (index, element) in elements.enumerated() {
                items.collectDuplicates(in: element, path: "\(path)[\(index)]", &errors)
            }
        default: break
        }
    }

    private func duplicates(in elements: [JSONValue], path: String) -> [FieldError] {
        let identities: [JSONValue]
        switch listType {
        case .atomic: return []
        case .set: identities = elements
        case .map(let keys): identities = elements.map { identity(of: $0, keys) }
        }
        var seen: Set<JSONValue> = []
        var reported: Set<JSONValue> = []
        var errors: [FieldError] = []
        for (index, identity) in identities.enumerated() where !seen.insert(identity).inserted {
            guard reported.insert(identity).inserted else { continue }
            errors.append(.duplicate("\(path)[\(index)]", identity.sortedByKey))
        }
        return errors
    }

    /// The keys of an element, with their defaults.
    private func identity(of element: JSONValue, _ keys: [String]) -> JSONValue {
        var result = JSONObject()
        for key in keys { result[key] = element[key] ?? items?.properties[key]?.defaultValue }
        return .object(result)
    }
}

extension JSONValue {
    /// The same value with the members of all objects in alphabetical order, as Go encodes maps.
    var sortedByKey: JSONValue {
        switch self {
        case .object(let object): .object(JSONObject(object.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sortedByKey) }))
        case .array(let elements): .array(elements.map(\.sortedByKey))
        case .null, .bool, .number, .string: self
        }
    }
}

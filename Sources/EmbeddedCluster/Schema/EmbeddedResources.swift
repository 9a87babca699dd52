// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension StructuralSchema {
    /// What is wrong with `apiVersion`, `kind` and `metadata` of the resources embedded in an object.
    func embeddedResourceErrors(in object: JSONValue) -> [FieldError] {
        guard hasEmbeddedResources else { return [] }
        var errors: [FieldError] = []
        for (path, resource) in embeddedResources(in: object, path: "", isRoot: true) {
            errors += Self.errors(of: resource, path: path)
        }
        return errors
    }

    /// Embedded resources with their paths, outermost first.
    private func embeddedResources(in value: JSONValue, path: String, isRoot: Bool = false) -> [(String, JSONObject)] {
        guard hasEmbeddedResources else { return [] }
        switch value {
        case .object(let object):
            var found = isEmbeddedResource && !isRoot ? [(path, object)] : []
            for (name, value) in object {
                guard let schema = member(name) else { continue }
                found += schema.embeddedResources(in: value, path: path.isEmpty ? name : path + "." + name)
            }
            return found
        case .array(let elements):
            return elements.enumerated().flatMap { items?.embeddedResources(in: $1, path: "\(path)[\($0)]") ?? [] }
        default: return []
        }
    }

    private static func errors(of resource: JSONObject, path: String) -> [FieldError] {
        var errors: [FieldError] = []
        for name in ["apiVersion", "kind"] {
            let field = path + "." + name
            switch resource[name] {
            case nil: errors.append(.required(field))
            case .string(""): errors.append(.invalid(field, "", "must not be empty"))
            case .string(let text) where name == "apiVersion" && text.count(where: { $0 == "/" }) > 1:
                errors.append(.invalid(field, .string(text), "unexpected GroupVersion string: \(text)"))
            case .string(let text) where name == "kind":
                let problems = NameFormat.label1035Errors(text.lowercased())
                if !problems.isEmpty {
                    let detail = "may have mixed case, but should otherwise match: " + problems.joined(separator: ",")
                    errors.append(.invalid(field, .string(text), detail))
                }
            case .string: break
            case let other?: errors.append(.invalid(field, other, "must be a string"))
            }
        }
        let metadata = resource["metadata"]
        errors += ObjectMetaValidation.labelErrors(metadata?["labels"], field: path + ".metadata.labels")
        errors += ObjectMetaValidation.annotationErrors(metadata?["annotations"], field: path + ".metadata.annotations")
        return errors
    }
}

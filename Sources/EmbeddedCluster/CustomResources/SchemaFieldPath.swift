// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// A path such as `.spec.color` to one field of a schema: members only, no list elements.
struct SchemaFieldPath {
    /// Why a path leads nowhere.
    struct Problem: Error {
        let text: String
    }

    private let text: String

    init(_ text: String) { self.text = text }

    /// The schema at the end of the path.
    func resolve(in schema: JSONValue) -> Result<JSONValue, Problem> {
        guard text.hasPrefix(".") else {
            let token = text.prefix { $0 != "." && $0 != "[" }
            return .failure(Problem(text: "expected [ or . but got: \(token)"))
        }
        var current = schema
        for step in text.dropFirst().split(separator: ".", omittingEmptySubsequences: false) {
            let name = String(step)
            if let property = current["properties"]?[name] {
                current = property
            } else if let additional = current["additionalProperties"], additional.object != nil {
                current = additional
            } else {
                return .failure(Problem(text: "does not refer to a valid field"))
            }
        }
        return .success(current)
    }
}

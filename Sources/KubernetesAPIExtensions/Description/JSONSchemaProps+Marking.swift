// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

// What can be said about any part of a schema. Each returns a copy.
extension JSONSchemaProps {
    /// The value that an API server puts in where there is none.
    public func defaulting(to value: JSONValue) -> JSONSchemaProps { changed { $0.default = value } }

    /// With a further CEL rule; `self` in it is the value that the schema describes, `oldSelf` what it was before an update.
    ///
    /// - Parameter message: What to tell who broke the rule.
    public func rule(_ expression: String, message: String) -> JSONSchemaProps {
        rules([ValidationRule(rule: expression, message: message)])
    }

    /// With further CEL rules.
    public func rules(_ rules: [ValidationRule]) -> JSONSchemaProps {
        guard !rules.isEmpty else { return self }
        return changed { $0.xKubernetesValidations = ($0.xKubernetesValidations ?? []) + rules }
    }

    /// An array of objects that these members tell apart, so that server-side apply merges them one by one.
    public func listMap(keys: [String]) -> JSONSchemaProps {
        changed {
            $0.xKubernetesListType = "map"
            $0.xKubernetesListMapKeys = keys
        }
    }

    /// An array whose elements are all different, so that server-side apply merges them one by one.
    public func listSet() -> JSONSchemaProps { changed { $0.xKubernetesListType = "set" } }

    /// An array that has one owner as a whole.
    public func atomicList() -> JSONSchemaProps { changed { $0.xKubernetesListType = "atomic" } }

    /// `null` is allowed, and kept.
    public func allowingNull() -> JSONSchemaProps { changed { $0.nullable = true } }

    /// Members that the schema does not name are kept.
    public func preservingUnknownFields() -> JSONSchemaProps { changed { $0.xKubernetesPreserveUnknownFields = true } }

    /// The object is a whole Kubernetes object, with `apiVersion`, `kind` and `metadata`.
    public func embeddedResource() -> JSONSchemaProps { changed { $0.xKubernetesEmbeddedResource = true } }

    /// The same with what `kubectl explain` prints.
    public func described(as description: String) -> JSONSchemaProps { changed { $0.description = description } }

    /// The same with some members changed.
    public func changed(_ change: (inout JSONSchemaProps) -> Void) -> JSONSchemaProps {
        var copy = self
        change(&copy)
        return copy
    }
}

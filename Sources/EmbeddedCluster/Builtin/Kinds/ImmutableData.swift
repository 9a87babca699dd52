// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rule of ConfigMaps and Secrets that say of themselves that they do not change.
enum ImmutableData {
    static func errors(_ object: JSONValue, old: JSONValue, fields: [String]) -> [FieldError] {
        guard old["immutable"] == true else { return [] }
        let reason = "field is immutable when `immutable` is set"
        let isUnset = object["immutable"] != true
        return (isUnset ? [.forbidden("immutable", reason)] : [])
            + fields.filter { object[$0] != old[$0] }.map { .forbidden($0, reason) }
    }
}

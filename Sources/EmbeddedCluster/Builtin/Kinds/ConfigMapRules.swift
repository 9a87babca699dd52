// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// ConfigMaps.
struct ConfigMapRules: KindRules {
    static let maximumBytes = 1 << 20

    func validate(_ object: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        var size = 0
        let data = object.sortedMembers("data")
        let binary = object.sortedMembers("binaryData")
        for (key, value) in data {
            errors += FieldChecks.configKeyErrors(key).map { .invalid("data[\(key)]", .string(key), $0) }
            if object.at("binaryData", key) != nil {
                errors.append(.invalid("data[\(key)]", .string(key), "duplicate of key present in binaryData"))
            }
            size += value.string?.utf8.count ?? 0
        }
        for (key, value) in binary {
            errors += FieldChecks.configKeyErrors(key).map { .invalid("binaryData[\(key)]", .string(key), $0) }
            size += (value.string?.utf8.count ?? 0) * 3 / 4
        }
        // A real server names no field here, which its paths show as `[]`.
        if size > Self.maximumBytes { errors.append(.tooLong("[]", maximumBytes: Self.maximumBytes)) }
        return errors
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        ImmutableData.errors(object, old: old, fields: ["data", "binaryData"]) + validate(object)
    }

    var table: any KindTable { ConfigMapTable() }
}

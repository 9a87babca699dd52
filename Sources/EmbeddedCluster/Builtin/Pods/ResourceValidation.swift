// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The rules for requests and limits.
enum ResourceValidation {
    private static let standard: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers", "storage",
    ]
    private static let ofContainers: Set<String> = ["cpu", "memory", "ephemeral-storage"]

    static func errors(_ requirements: JSONValue?, _ field: String) -> [FieldError] {
        guard let requirements else { return [] }
        var errors: [FieldError] = []
        for (name, value) in requirements.sortedMembers("limits") {
            errors += amountErrors(name, value, "\(field).limits[\(name)]")
        }
        for (name, value) in requirements.sortedMembers("requests") {
            errors += amountErrors(name, value, "\(field).requests[\(name)]")
            errors += comparisonErrors(name, value, limit: requirements.at("limits", name), field)
        }
        return errors
    }

    private static func comparisonErrors(_ name: String, _ value: JSONValue, limit: JSONValue?, _ field: String) -> [FieldError] {
        let mayOvercommit = !name.contains("/") && !name.hasPrefix("hugepages-")
        guard let limit, let request = value.string.flatMap({ Quantity($0) }),
            let maximum = limit.string.flatMap({ Quantity($0) })
        else {
            return mayOvercommit ? [] : [.required(field + ".limits", "Limit must be set for non overcommitable resources")]
        }
        if !mayOvercommit, request != maximum {
            return [.invalid(field + ".requests", value, "must be equal to \(name) limit of \(maximum)")]
        }
        return request > maximum
            ? [.invalid(field + ".requests", value, "must be less than or equal to \(name) limit of \(maximum)")] : []
    }

    private static func amountErrors(_ name: String, _ value: JSONValue, _ field: String) -> [FieldError] {
        var errors = FieldChecks.qualifiedName(name, field)
        let isHugePages = name.hasPrefix("hugepages-")
        if errors.isEmpty, !name.contains("/"), !standard.contains(name), !isHugePages {
            errors.append(.invalid(field, .string(name), "must be a standard resource type or fully qualified"))
        }
        if !name.contains("/") {
            if !ofContainers.contains(name), !isHugePages {
                errors.append(.invalid(field, .string(name), "must be a standard resource for containers"))
            }
        } else if name.hasPrefix("requests.") {
            errors.append(.invalid(field, .string(name), "doesn't follow extended resource name standard"))
        }
        guard let quantity = value.string.flatMap({ Quantity($0) }) else { return errors }
        if quantity < Quantity(0) { errors.append(.invalid(field, value, "must be greater than or equal to 0")) }
        let isWhole = quantity.milliValue % 1000 == 0
        if name.contains("/"), !isWhole { errors.append(.invalid(field, value, "must be an integer")) }
        return errors
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What validating one value found.
struct SchemaResult {
    /// Found errors, each text once.
    private(set) var errors: [FieldError] = []
    /// How many checks were made; of several alternatives that all fail, the one with the most checks is reported.
    private(set) var checks = 0

    var isValid: Bool { errors.isEmpty }

    mutating func add(_ error: FieldError) {
        if !errors.contains(error) { errors.append(error) }
    }

    mutating func merge(_ other: SchemaResult) {
        for error in other.errors { add(error) }
        checks += other.checks
    }

    mutating func countCheck() { checks += 1 }
}

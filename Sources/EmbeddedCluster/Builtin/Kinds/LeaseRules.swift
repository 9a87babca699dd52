// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Leases.
struct LeaseRules: KindRules {
    var allowsCreateOnUpdate: Bool { true }
    var allowsUnconditionalUpdate: Bool { false }

    /// Coordinated leader election is off, and with it its fields.
    func setDefaults(_ object: inout JSONValue) {
        object.change("spec") { spec in
            spec["strategy"] = nil
            spec["preferredHolder"] = nil
        }
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        FieldChecks.positive(object["spec"]?.integer("leaseDurationSeconds"), "spec.leaseDurationSeconds")
            + FieldChecks.nonNegative(object["spec"]?.integer("leaseTransitions"), "spec.leaseTransitions")
    }

    var table: any KindTable { LeaseTable() }
}

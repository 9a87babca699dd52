// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Events, which two groups serve in two shapes from one storage. They are stored in the shape of the core group, whose field names a real
/// server uses in all its complaints.
struct EventRules: KindRules {
    /// Whether this is `events.k8s.io`.
    let isNew: Bool

    var allowsCreateOnUpdate: Bool { true }

    /// Names of the same field: core, events.k8s.io.
    private static let renamed = [
        ("involvedObject", "regarding"), ("message", "note"), ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"), ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
    ]

    func encodedForStorage(_ object: JSONValue) -> JSONValue { isNew ? core(object) : object }

    func decodedFromStorage(_ object: JSONValue) -> JSONValue {
        guard isNew else { return object }
        var object = object
        for (core, new) in Self.renamed {
            let value = object[core]
            object[core] = nil
            object[new] = value
        }
        // In this group empty texts are left out.
        for name in ["reportingController", "reportingInstance", "note"] where object.text(name).isEmpty { object[name] = nil }
        object.setDefault("deprecatedSource", .object([:]))
        return object
    }

    private func core(_ object: JSONValue) -> JSONValue {
        var object = object
        for (core, new) in Self.renamed {
            let value = object[new]
            object[new] = nil
            object[core] = value
        }
        for name in ["reportingComponent", "reportingInstance"] { object.setDefault(name, "") }
        object.setDefault("involvedObject", .object([:]))
        return object
    }

    // MARK: Validation

    func validate(_ object: JSONValue) -> [FieldError] {
        let event = isNew ? core(object) : object
        let errors = EventValidation.commonErrors(event, controllerField: isNew ? "reportingController" : "reportingComponent")
        return isNew ? errors + EventValidation.creationErrors(event) : errors
    }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        guard isNew else { return validate(object) }
        let event = core(object)
        return EventValidation.commonErrors(event, controllerField: "reportingController")
            + EventValidation.updateErrors(event, old: core(old))
    }

    // MARK: Reading

    func selectableFields(of object: JSONValue) -> [String: String] {
        let event = isNew ? core(object) : object
        let involved = event["involvedObject"]
        var fields: [String: String] = [
            "reason": event.text("reason"), "type": event.text("type"), "reportingComponent": event.text("reportingComponent"),
            "reportingController": event.text("reportingComponent"),
            "source": (event["source"]?.text("component")).flatMap { $0.isEmpty ? nil : $0 } ?? event.text("reportingComponent"),
        ]
        for name in ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] {
            fields["involvedObject." + name] = involved?.text(name) ?? ""
            fields["regarding." + name] = involved?.text(name) ?? ""
        }
        return fields
    }

    var table: any KindTable { EventTable(isNew: isNew) }
}

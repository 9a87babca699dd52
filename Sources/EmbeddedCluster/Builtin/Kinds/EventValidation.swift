// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for events in the shape of the core group (`k8s.io/kubernetes/pkg/apis/core/validation/events.go`).
enum EventValidation {
    /// What holds in both groups.
    ///
    /// - Parameter controllerField: The name that complaints give the field `reportingComponent`.
    static func commonErrors(_ event: JSONValue, controllerField: String) -> [FieldError] {
        var errors: [FieldError] = []
        let namespace = event.at("metadata", "namespace")?.string ?? ""
        let involved = event["involvedObject"]?.text("namespace") ?? ""
        // Objects without a namespace have their events in `default`.
        let matches = involved.isEmpty ? ["", "default"].contains(namespace) : involved == namespace
        if !matches { errors.append(.invalid("involvedObject.namespace", .string(involved), "does not match event.namespace")) }
        guard event.text("eventTime") != "" else { return errors }
        let controller = event.text("reportingComponent")
        if controller.isEmpty { errors.append(.required(controllerField)) }
        errors += NameFormat.qualifiedNameErrors(controller).map { .invalid(controllerField, .string(controller), $0) }
        for (field, limit) in [("reportingInstance", 128), ("action", 128), ("reason", 128)] {
            let text = event.text(field)
            if text.isEmpty { errors.append(.required(field)) }
            if text.utf8.count > limit { errors.append(.invalid(field, "", "can have at most \(limit) characters")) }
        }
        if event.text("message").utf8.count > 1024 { errors.append(.invalid("message", "", "can have at most 1024 characters")) }
        return errors
    }

    /// What `events.k8s.io` asks of a new event besides.
    static func creationErrors(_ event: JSONValue) -> [FieldError] {
        var errors = seriesErrors(event["series"])
        if event.text("eventTime").isEmpty { errors.append(.required("eventTime")) }
        let type = event.text("type")
        if type != "Normal", type != "Warning" { errors.append(.invalid("type", "", "has invalid value: \(type)")) }
        for field in ["firstTimestamp", "lastTimestamp"] where !event.text(field).isEmpty {
            errors.append(.invalid(field, "", unset))
        }
        if (event.integer("count") ?? 0) != 0 { errors.append(.invalid("count", "", unset)) }
        for part in ["component", "host"] where !(event["source"]?.text(part) ?? "").isEmpty {
            errors.append(.invalid("source", "", unset))
        }
        return errors
    }

    /// What `events.k8s.io` lets nobody change.
    static func updateErrors(_ event: JSONValue, old: JSONValue) -> [FieldError] {
        var errors = event["series"] == old["series"] ? [] : seriesErrors(event["series"])
        // `reason` is there twice, as in a real server.
        let fields = [
            "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "reason", "type",
            "eventTime", "action",
            "related", "reportingController", "reportingInstance",
        ]
        for field in fields {
            let member = field == "reportingController" ? "reportingComponent" : field
            errors += FieldChecks.immutable(event[member], old[member], field)
        }
        return errors
    }

    private static let unset = "needs to be unset"

    private static func seriesErrors(_ series: JSONValue?) -> [FieldError] {
        guard let series else { return [] }
        var errors: [FieldError] = []
        if (series.integer("count") ?? 0) < 2 { errors.append(.invalid("series.count", "", "should be at least 2")) }
        if series.text("lastObservedTime").isEmpty { errors.append(.required("series.lastObservedTime")) }
        return errors
    }
}

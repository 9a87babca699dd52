// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Pods.
struct PodRules: KindRules {
    func references(of object: JSONValue, context: RequestContext) -> [StorageKey] {
        context.verb == .create ? PodAdmission.references(of: object, namespace: context.namespace) : []
    }

    func admit(_ object: inout JSONValue, context: RequestContext) throws(StatusError) {
        try PodAdmission(context: context).admit(&object)
    }

    func setDefaults(_ object: inout JSONValue) { object.change("spec", PodDefaults.applyToPod) }

    // MARK: Writing

    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {
        let spec = object["spec"] ?? .object([:])
        object["status"] = ["phase": "Pending", "qosClass": .string(PodQualityOfService.of(spec))]
        guard !spec.elements("schedulingGates").isEmpty else { return }
        object["status"]?["conditions"] = [
            [
                "type": "PodScheduled", "status": "False", "lastProbeTime": .null,
                "lastTransitionTime": .string(context.now.description),
                "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates",
            ]
        ]
    }

    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue) {
        object.change("spec") { spec in
            // What admission computed once is not asked of clients again.
            for name in ["priority", "preemptionPolicy"] {
                if let value = old.at("spec", name) { spec.setDefault(name, value) }
            }
        }
    }

    func prepareForStatusUpdate(_ object: inout JSONValue, old: JSONValue) {
        object.change("status") { status in
            if let quality = old.at("status", "qosClass") { status.setDefault("qosClass", quality) }
        }
    }

    // MARK: Validation

    func validate(_ object: JSONValue) -> [FieldError] { PodSpecValidation.errors(object["spec"] ?? .object([:]), "spec") }

    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        validate(object) + PodUpdateValidation.errors(object["spec"] ?? .object([:]), old: old["spec"] ?? .object([:]))
    }

    func validateStatusUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] {
        FieldChecks.immutable(object.at("status", "qosClass"), old.at("status", "qosClass"), "status.qosClass")
    }

    func warnings(for object: JSONValue, old: JSONValue?) -> [String] {
        guard old == nil else { return [] }
        var warnings: [String] = []
        let complaints = NameFormat.labelErrors(object.at("metadata", "name")?.string ?? "")
        if !complaints.isEmpty {
            warnings.append(
                "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: "
                    + "[\(complaints.joined(separator: " "))]"
            )
        }
        for (index, container) in (object["spec"]?.elements("containers") ?? []).enumerated() {
            var names: Set<String> = []
            for (position, variable) in container.elements("env").enumerated() where !names.insert(variable.text("name")).inserted
            {
                warnings.append(
                    "spec.containers[\(index)].env[\(position)]: hides previous definition of \(GoText.quoted(variable.text("name"))), "
                        + "which may be dropped when using apply"
                )
            }
        }
        return warnings
    }

    // MARK: Reading

    func selectableFields(of object: JSONValue) -> [String: String] {
        let spec = object["spec"]
        let status = object["status"]
        return [
            "spec.nodeName": spec?.text("nodeName") ?? "", "spec.restartPolicy": spec?.text("restartPolicy") ?? "",
            "spec.schedulerName": spec?.text("schedulerName") ?? "",
            "spec.serviceAccountName": spec?.text("serviceAccountName") ?? "",
            "spec.hostNetwork": spec?.bool("hostNetwork") == true ? "true" : "false", "status.phase": status?.text("phase") ?? "",
            "status.podIP": status?.elements("podIPs").first?.text("ip") ?? status?.text("podIP") ?? "",
            "status.nominatedNodeName": status?.text("nominatedNodeName") ?? "",
        ]
    }

    var table: any KindTable { PodTable() }
}

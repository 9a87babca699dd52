// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Which fields of an existing pod may change (`ValidatePodUpdate`): images, a deadline that shrinks, additional tolerations, gates that
/// go away, and while gates are there the node selector.
enum PodUpdateValidation {
    private static let refusal =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
        + "previously negative)\n"

    static func errors(_ spec: JSONValue, old: JSONValue) -> [FieldError] {
        var errors: [FieldError] = []
        for list in ["containers", "initContainers"] {
            let new = spec.elements(list)
            guard new.count == old.elements(list).count else {
                return errors + [.forbidden("spec." + list, "pod updates may not add or remove containers")]
            }
            for (index, container) in new.enumerated() {
                errors += ContainerValidation.imageErrors(container.text("image"), "spec.\(list)[\(index)].image")
            }
        }
        let deadline = deadlineErrors(spec["activeDeadlineSeconds"], old: old["activeDeadlineSeconds"])
        errors += deadline.errors
        if deadline.isFinal { return errors }
        errors += tolerationErrors(spec.elements("tolerations"), old: old.elements("tolerations"))
        errors += gateErrors(spec.elements("schedulingGates"), old: old.elements("schedulingGates"))
        let comparable = comparable(spec, old: old)
        if comparable != old {
            let difference = UnifiedDiff.text(from: lines(old), to: lines(comparable))
            errors.append(.forbidden("spec", refusal + difference))
        }
        return errors
    }

    private static func lines(_ spec: JSONValue) -> [String] {
        GoStructText.lines(GoStructText.value(GoStructText.Shape.podSpecForText(spec), as: .podSpec))
    }

    /// - Returns: The errors, and whether a real server stops looking after them.
    private static func deadlineErrors(_ new: JSONValue?, old: JSONValue?) -> (errors: [FieldError], isFinal: Bool) {
        let field = "spec.activeDeadlineSeconds"
        guard let value = new?.int else {
            let error = FieldError.invalid(field, .null, "must not update from a positive integer to nil value")
            return (old == nil ? [] : [error], false)
        }
        let range = FieldChecks.range(value, field, 0...2_147_483_647)
        guard range.isEmpty else { return (range, true) }
        guard let before = old?.int, before < value else { return ([], false) }
        return ([.invalid(field, .int(value), "must be less than or equal to previous value")], true)
    }

    private static func tolerationErrors(_ new: [JSONValue], old: [JSONValue]) -> [FieldError] {
        let isKept = old.allSatisfy { toleration in
            new.contains { candidate in
                var candidate = candidate
                candidate["tolerationSeconds"] = toleration["tolerationSeconds"]
                return candidate == toleration
            }
        }
        return isKept
            ? [] : [.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]
    }

    private static func gateErrors(_ new: [JSONValue], old: [JSONValue]) -> [FieldError] {
        let names = Set(old.map { $0.text("name") })
        return new.enumerated().filter { !names.contains($1.text("name")) }.map { index, gate in
            .forbidden(
                "spec.schedulingGates[\(index)].name",
                "only deletion is allowed, but found new scheduling gate '\(gate.text("name"))'"
            )
        }
    }

    /// The new spec with the old values of everything that may change.
    private static func comparable(_ spec: JSONValue, old: JSONValue) -> JSONValue {
        var spec = spec
        for list in ["containers", "initContainers"] {
            let before = old.elements(list)
            var index = 0
            spec.forEachElement(list) { container in
                container["image"] = before[index]["image"]
                index += 1
            }
        }
        for name in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] { spec[name] = old[name] }
        if !old.elements("schedulingGates").isEmpty {
            let before = old["nodeSelector"]?.object ?? JSONObject()
            let keepsAll = before.allSatisfy { spec.at("nodeSelector", $0.key) == $0.value }
            if keepsAll { spec["nodeSelector"] = old["nodeSelector"] }
        }
        return spec
    }
}

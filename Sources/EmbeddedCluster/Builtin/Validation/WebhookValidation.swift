// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with one webhook of a configuration (`pkg/apis/admissionregistration/validation`).
struct WebhookValidation {
    /// E.g. `webhooks[0]`.
    let path: String
    let isMutating: Bool

    func errors(_ webhook: JSONValue) -> [FieldError] {
        var errors = nameErrors(webhook.text("name"))
        for (index, rule) in webhook.elements("rules").enumerated() {
            errors += WebhookRuleValidation(path: "\(path).rules[\(index)]").errors(rule)
        }
        errors += FieldChecks.choice(
            webhook.text("failurePolicy"),
            path + ".failurePolicy",
            ["Fail", "Ignore"],
            isOptional: true
        )
        errors += FieldChecks.choice(
            webhook.text("matchPolicy"),
            path + ".matchPolicy",
            ["Equivalent", "Exact"],
            isOptional: true
        )
        errors += sideEffectErrors(webhook)
        if let seconds = webhook.integer("timeoutSeconds"), !(1...30).contains(seconds) {
            errors.append(
                .invalid(path + ".timeoutSeconds", .int(seconds), "the timeout value must be between 1 and 30 seconds")
            )
        }
        errors += FieldChecks.labelSelector(webhook["namespaceSelector"], path + ".namespaceSelector")
        errors += FieldChecks.labelSelector(webhook["objectSelector"], path + ".objectSelector")
        if isMutating {
            let policy = webhook.text("reinvocationPolicy")
            errors += FieldChecks.choice(policy, path + ".reinvocationPolicy", ["IfNeeded", "Never"], isOptional: true)
        }
        errors += WebhookClientValidation(path: path + ".clientConfig").errors(webhook["clientConfig"] ?? .object([:]))
        errors += conditionErrors(webhook.elements("matchConditions"))
        return errors + versionErrors(webhook.elements("admissionReviewVersions"))
    }

    private func nameErrors(_ name: String) -> [FieldError] {
        if name.isEmpty { return [.required(path + ".name")] }
        let problems = NameFormat.subdomainErrors(name)
        if !problems.isEmpty { return [.invalid(path + ".name", .string(name), problems.joined(separator: ","))] }
        guard name.split(separator: ".").count < 3 else { return [] }
        return [.invalid(path + ".name", .string(name), "should be a domain with at least three segments separated by dots")]
    }

    private func sideEffectErrors(_ webhook: JSONValue) -> [FieldError] {
        let allowed = ["None", "NoneOnDryRun"]
        let given = webhook.text("sideEffects")
        guard !given.isEmpty else {
            return [.required(path + ".sideEffects", "must specify one of \(allowed.joined(separator: ", "))")]
        }
        return allowed.contains(given) ? [] : [.notSupported(path + ".sideEffects", .string(given), allowed)]
    }

    /// Expressions are refused, not ignored: a webhook would be asked about requests that it is not meant for, or a check be missing.
    private func conditionErrors(_ conditions: [JSONValue]) -> [FieldError] {
        let field = path + ".matchConditions"
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, condition) in conditions.enumerated() {
            let name = condition.text("name")
            if name.isEmpty { errors.append(.required("\(field)[\(index)].name")) }
            if condition.text("expression").isEmpty { errors.append(.required("\(field)[\(index)].expression")) }
            if !name.isEmpty, !names.insert(name).inserted { errors.append(.duplicate("\(field)[\(index)].name", .string(name))) }
        }
        guard errors.isEmpty, !conditions.isEmpty else { return errors }
        let detail = "this cluster does not evaluate expressions (CEL); leave the conditions out, or use rules and selectors"
        return [.forbidden(field, detail)]
    }

    private func versionErrors(_ versions: [JSONValue]) -> [FieldError] {
        let field = path + ".admissionReviewVersions"
        let accepted = ["v1", "v1beta1"]
        let list = accepted.joined(separator: ", ")
        guard !versions.isEmpty else { return [.required(field, "must specify one of \(list)")] }
        var errors: [FieldError] = []
        var seen: Set<String> = []
        for (index, version) in versions.enumerated() {
            let text = version.string ?? ""
            errors += NameFormat.label1035Errors(text).map { .invalid("\(field)[\(index)]", version, $0) }
            if !seen.insert(text).inserted { errors.append(.duplicate("\(field)[\(index)]", version)) }
        }
        if seen.isDisjoint(with: accepted) {
            errors.append(.invalid(field, .array(versions), "must include at least one of \(list)"))
        }
        return errors
    }
}

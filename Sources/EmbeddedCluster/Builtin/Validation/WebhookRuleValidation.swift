// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with one rule of a webhook.
struct WebhookRuleValidation {
    /// E.g. `webhooks[0].rules[0]`.
    let path: String

    private static let operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"]

    func errors(_ rule: JSONValue) -> [FieldError] {
        var errors = listErrors(rule, "operations", "operations")
        for (index, operation) in rule.elements("operations").enumerated() where !Self.operations.contains(operation.string ?? "")
        {
            errors.append(.notSupported("\(path).operations[\(index)]", operation, Self.operations))
        }
        errors += listErrors(rule, "apiGroups", "API groups")
        errors += listErrors(rule, "apiVersions", "API versions")
        for (index, version) in rule.elements("apiVersions").enumerated() where version.string == "" {
            errors.append(.required("\(path).apiVersions[\(index)]"))
        }
        errors += resourceErrors(rule.elements("resources"))
        return errors + FieldChecks.choice(rule.text("scope"), path + ".scope", ["*", "Cluster", "Namespaced"], isOptional: true)
    }

    private func listErrors(_ rule: JSONValue, _ key: String, _ what: String) -> [FieldError] {
        let elements = rule.elements(key)
        if elements.isEmpty { return [.required("\(path).\(key)")] }
        guard elements.count > 1, elements.contains("*") else { return [] }
        return [.invalid("\(path).\(key)", .array(elements), "if '*' is present, must not specify other \(what)")]
    }

    private func resourceErrors(_ resources: [JSONValue]) -> [FieldError] {
        let field = path + ".resources"
        if resources.isEmpty { return [.required(field)] }
        var errors: [FieldError] = []
        var anySubresource: Set<Substring> = []
        var anyResource: Set<Substring> = []
        var hasPlain = false
        for (index, resource) in resources.enumerated() {
            let text = resource.string ?? ""
            let place = "\(field)[\(index)]"
            if text.isEmpty {
                errors.append(.required(place))
                continue
            }
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                if text != "*" { hasPlain = true }
                continue
            }
            if anySubresource.contains(parts[0]) {
                errors.append(.invalid(place, resource, "if '\(parts[0])/*' is present, must not specify \(text)"))
            }
            if anyResource.contains(parts[1]) {
                errors.append(.invalid(place, resource, "if '*/\(parts[1])' is present, must not specify \(text)"))
            }
            if parts[1] == "*" { anySubresource.insert(parts[0]) }
            if parts[0] == "*" { anyResource.insert(parts[1]) }
        }
        if resources.count > 1, resources.contains("*/*") {
            errors.append(.invalid(field, .array(resources), "if '*/*' is present, must not specify other resources"))
        }
        if hasPlain, resources.contains("*") {
            let detail = "if '*' is present, must not specify other resources without subresources"
            errors.append(.invalid(field, .array(resources), detail))
        }
        return errors
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with the form of `x-kubernetes-validations`; the expressions themselves are not compiled.
struct SchemaRuleValidation {
    private static let reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"]

    let schema: JSONValue
    let path: String

    var errors: [FieldError] {
        schema.elements("x-kubernetes-validations").enumerated().flatMap { index, rule in
            ruleErrors(rule, "\(path).x-kubernetes-validations[\(index)]")
        }
    }

    private func ruleErrors(_ rule: JSONValue, _ path: String) -> [FieldError] {
        var errors: [FieldError] = []
        if Self.isBlank(rule.text("rule")) { errors.append(.required(path + ".rule", "rule is not specified")) }
        let message = rule.text("message")
        if !message.isEmpty, Self.isBlank(message) {
            errors.append(.invalid(path + ".message", .string(message), "message must be non-empty if specified"))
        } else if message.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) {
            errors.append(.invalid(path + ".message", .string(message), "must not contain line breaks"))
        }
        if case let reason = rule.text("reason"), !reason.isEmpty, !Self.reasons.contains(reason) {
            errors.append(.notSupported(path + ".reason", .string(reason), Self.reasons))
        }
        if case let fieldPath = rule.text("fieldPath"), !fieldPath.isEmpty,
            case .failure = SchemaFieldPath(fieldPath).resolve(in: schema)
        {
            errors.append(.invalid(path + ".fieldPath", .string(fieldPath), "must be a valid path"))
        }
        return errors
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}

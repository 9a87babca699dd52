// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Errors in the words of `k8s.io/kube-openapi/pkg/validation/errors`. `path` is that of the value; empty at the root.
enum SchemaProblem {
    /// The field of errors that have none, as Go prints it.
    static let noField = "<nil>"

    static func wrongType(_ path: String, expected: String, actual: String) -> FieldError {
        FieldError(
            .typeInvalid,
            field: field(path),
            badValue: .string(actual),
            detail: "\(path) in body must be of type \(expected): \(GoText.quoted(actual))"
        )
    }

    static func required(_ path: String) -> FieldError { .required(field(path)) }

    /// `should be at least 1 chars long` and its like.
    static func invalid(_ path: String, _ value: JSONValue, _ sentence: String) -> FieldError {
        .invalid(field(path), value, "\(path) in body \(sentence)")
    }

    static func notAllowed(_ path: String, _ value: JSONValue, _ allowed: [JSONValue]) -> FieldError {
        .notSupported(field(path), value, allowed.map { $0.string ?? $0.text })
    }

    /// An error that is about a value but names it only in its text.
    static func composite(_ text: String) -> FieldError { .invalid(noField, "", text) }

    /// The field of an error: without the dot that comes before a member of the root, and ``noField`` for the root itself.
    static func field(_ path: String) -> String {
        if path.isEmpty { return noField }
        return path.hasPrefix(".") ? String(path.dropFirst()) : path
    }
}

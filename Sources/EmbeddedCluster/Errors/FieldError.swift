// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// What is wrong with one field of an object; becomes a cause in a 422 Status.
///
/// The texts are those of `k8s.io/apimachinery/pkg/util/validation/field`.
package struct FieldError: Error, Sendable, Hashable {
    /// The kind of mistake. The raw value is the `reason` of the cause.
    package enum Kind: String, Sendable {
        case notFound = "FieldValueNotFound"
        case required = "FieldValueRequired"
        case duplicate = "FieldValueDuplicate"
        case invalid = "FieldValueInvalid"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case `internal` = "InternalError"
        case typeInvalid = "FieldValueTypeInvalid"

        /// How the message of the error begins.
        package var title: String {
            switch self {
            case .notFound: "Not found"
            case .required: "Required value"
            case .duplicate: "Duplicate value"
            case .invalid, .typeInvalid: "Invalid value"
            case .notSupported: "Unsupported value"
            case .forbidden: "Forbidden"
            case .tooLong: "Too long"
            case .tooMany: "Too many"
            case .internal: "Internal error"
            }
        }
    }

    /// The kind of mistake.
    package var kind: Kind
    /// The path of the field, e.g. `spec.containers[0].name`.
    package var field: String
    /// The value that was refused; nil where the message does not repeat it.
    package var badValue: JSONValue?
    /// What is wrong and what is allowed; may be empty.
    package var detail: String

    package init(_ kind: Kind, field: String, badValue: JSONValue? = nil, detail: String = "") {
        self.kind = kind
        self.field = field
        self.badValue = badValue
        self.detail = detail
    }

    package static func required(_ field: String, _ detail: String = "") -> FieldError {
        FieldError(.required, field: field, detail: detail)
    }

    package static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(.invalid, field: field, badValue: value, detail: detail)
    }

    package static func forbidden(_ field: String, _ detail: String) -> FieldError {
        FieldError(.forbidden, field: field, detail: detail)
    }

    package static func duplicate(_ field: String, _ value: JSONValue) -> FieldError {
        FieldError(.duplicate, field: field, badValue: value)
    }

    /// `supported values: "a", "b"`; `values` in the order in which they are to be listed.
    package static func notSupported(_ field: String, _ value: JSONValue, _ values: [String]) -> FieldError {
        let list = values.map { GoText.quoted($0) }.joined(separator: ", ")
        return FieldError(.notSupported, field: field, badValue: value, detail: values.isEmpty ? "" : "supported values: " + list)
    }

    package static func tooLong(_ field: String, maximumBytes: Int) -> FieldError {
        FieldError(.tooLong, field: field, detail: "may not be more than \(maximumBytes) bytes")
    }

    /// The message without the field: `Invalid value: "x": why`.
    package var body: String {
        var text = kind.title
        switch kind {
        case .required, .forbidden, .tooLong, .internal: break
        default: if let badValue { text += ": " + GoText.rendered(badValue) }
        }
        return detail.isEmpty ? text : text + ": " + detail
    }

    /// The message with the field in front, as it appears in the message of the Status.
    package var message: String { field.isEmpty ? body : field + ": " + body }
}

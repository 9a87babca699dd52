// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One rule of the API, as the CEL expression that an API server evaluates and as the Swift function that stands in for it in the
/// controller, the command line and wherever no API server evaluates CEL.
package struct AgentTaskRule: Sendable {
    /// The part of the schema that carries the expression; `self` in it is that part.
    package enum Place: Sendable, CaseIterable {
        /// The root of the object.
        case object
        /// `spec`.
        case spec
        /// `spec.code`.
        case code
        /// Each element of `spec.env`.
        case env
        /// `spec.timeoutSeconds`.
        case timeoutSeconds
    }

    package let place: Place
    package let expression: String
    /// What to tell who broke the rule.
    package let message: String
    /// The field to name in an error, as in `spec.code`.
    package let field: String
    /// Whether the rule holds for a new object, and for an update when there is an old one. A rule about a change holds when
    /// there is nothing to compare with.
    package let holds: @Sendable (_ new: AgentTask, _ old: AgentTask?) -> Bool
}

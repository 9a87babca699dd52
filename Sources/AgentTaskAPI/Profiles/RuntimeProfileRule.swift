// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One rule of RuntimeProfile, as the CEL expression that an API server evaluates and as its Swift twin.
package struct RuntimeProfileRule: Sendable {
    /// The part of the schema that carries the expression; `self` in it is that part.
    package enum Place: Sendable, CaseIterable {
        /// The root of the object.
        case object
        /// `spec.entrypoint`.
        case entrypoint
        /// Each element of `spec.env`.
        case env
        /// `spec.timeoutSeconds`.
        case timeoutSeconds
        /// `spec.network`.
        case network
        /// Each element of `spec.network.sets`.
        case networkSet
        /// Each element of the ports of a destination.
        case ports
    }

    package let place: Place
    package let expression: String
    /// What to tell who broke the rule.
    package let message: String
    /// The field to name in an error.
    package let field: String
    package let holds: @Sendable (RuntimeProfile) -> Bool
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a task asks for that its profile does not give.
public struct ProfileProblem: Sendable, Hashable {
    /// `ValidationFailed` for an amount over a maximum, `ProfileForbidden` for a thing that the profile does not name.
    public let reason: FailureReason
    /// The field, its value and the limit.
    public let problem: AgentTaskProblem

    /// A problem of a field.
    package init(_ reason: FailureReason, _ field: String, _ message: String) {
        self.reason = reason
        problem = AgentTaskProblem(field: field, message: message)
    }
}

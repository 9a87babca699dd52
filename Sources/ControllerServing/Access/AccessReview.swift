// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Decides who may read what a ``ControllerServer`` shows.
public protocol AccessReview: Sendable {
    /// Asks whether a request may be answered.
    ///
    /// - Parameters:
    ///   - authorization: The request's Authorization field.
    ///   - path: The request's path without its query.
    func review(_ authorization: String?, path: String) async -> AccessDecision
}

/// What an ``AccessReview`` says.
public enum AccessDecision: Sendable, Hashable {
    /// The request is answered.
    case allowed
    /// Nobody knows who asks: 401.
    case unauthenticated
    /// This user may not: 403.
    case denied(user: String)
    /// It cannot be found out now: 500. The reason is for the log, not for the client.
    case unavailable(String)
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where a ``LeaderElector`` stands.
public enum Leadership: Sendable, Hashable {
    /// Another process leads, or none: `leader` is the identity in the lease, nil when it is free or not known.
    case following(leader: String?)
    /// This process leads.
    case leading(LeadershipTerm)
    /// This process does not lead any more. It contends again only after ``LeaderElector/workEnded(of:)`` has been called for the term.
    case lost(LeadershipTerm)

    /// The term, while this process leads.
    public var term: LeadershipTerm? { if case .leading(let term) = self { term } else { nil } }
}

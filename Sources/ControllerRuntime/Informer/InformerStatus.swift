// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where an informer stands.
public enum InformerStatus: Sendable, Hashable {
    /// Not running yet, or not any more.
    case stopped
    /// The first list is under way; so many objects have come.
    case listing(received: Int)
    /// The store holds the server's state, and a watch keeps it so.
    case synced
    /// The store held the server's state once; since then list or watch fail for this reason, and it grows old.
    case interrupted(String)
    /// The server does not let this user list or watch the kind; the server's words.
    case forbidden(String)
    /// The server does not know the kind (yet): its CustomResourceDefinition is missing.
    case missingKind(String)
    /// The first list fails for this reason.
    case failing(String)
}

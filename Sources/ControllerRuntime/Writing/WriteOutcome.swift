// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What `ReconcileContext.createOrPatch` had to do.
public enum WriteOutcome: String, Sendable, Hashable {
    /// Nothing: the object is as it should be.
    case unchanged
    /// There was none.
    case created
    /// What differs was written; of the status too, when that was asked for.
    case patched
    /// What differs was written, and that was in the status alone.
    case patchedStatus
}

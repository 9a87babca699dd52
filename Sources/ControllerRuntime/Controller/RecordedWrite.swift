// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesMeta

/// A write that a reconcile has made: of what, and the revision the server gave it. A deletion is told by the object's uid.
package struct RecordedWrite: Sendable, Hashable {
    package let kind: GroupVersionKind
    /// Nil for a cluster-scoped kind.
    package let namespace: String?
    package let name: String
    package let revision: String
    /// Of the object, when what was written is its deletion; then the revision is the one it was deleted at, at least.
    package var deletedUID: String?
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesMeta

/// A write that a reconcile has made: of what, and the revision the server gave it.
package struct RecordedWrite: Sendable, Hashable {
    package let kind: GroupVersionKind
    /// Nil for a cluster-scoped kind.
    package let namespace: String?
    package let name: String
    package let revision: String
}

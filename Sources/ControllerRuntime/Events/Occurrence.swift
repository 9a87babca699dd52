// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesCore

/// Something worth telling about an object.
package struct Occurrence: Sendable {
    /// What makes two occurrences the same event, as in client-go's events.k8s.io recorder: everything but the words.
    package struct Identity: Hashable, Sendable {
        package let regarding: ObjectReference
        package let type: EventType
        package let reason: String
        package let action: String

        package init(regarding: ObjectReference, type: EventType, reason: String, action: String) {
            self.regarding = regarding
            self.type = type
            self.reason = reason
            self.action = action
        }
    }

    package let identity: Identity
    package let note: String
    package let time: WallTime

    package init(identity: Identity, note: String, time: WallTime) {
        self.identity = identity
        self.note = note
        self.time = time
    }
}

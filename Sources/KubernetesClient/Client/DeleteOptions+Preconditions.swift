// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

extension DeleteOptions {
    /// What happens to the objects that a deleted object owns.
    public enum Propagation: String, Sendable, Hashable {
        /// They stay, without the owner.
        case orphan = "Orphan"
        /// They go after it.
        case background = "Background"
        /// They go before it.
        case foreground = "Foreground"
    }

    /// Options that delete only the object that the caller has seen.
    ///
    /// - Parameters:
    ///   - uid: Delete only the object with this UID, else the server answers with a conflict.
    ///   - resourceVersion: Delete only this version, else the server answers with a conflict; nil for any.
    ///   - gracePeriodSeconds: How long the object may take to end; nil for the kind's default, zero for at once.
    ///   - propagation: What happens to what it owns; nil for the kind's default.
    public init(uid: String?, resourceVersion: String? = nil, gracePeriodSeconds: Int64? = nil, propagation: Propagation? = nil) {
        self.init(gracePeriodSeconds: gracePeriodSeconds, propagationPolicy: propagation?.rawValue)
        if uid != nil || resourceVersion != nil { preconditions = Preconditions(resourceVersion: resourceVersion, uid: uid) }
    }
}

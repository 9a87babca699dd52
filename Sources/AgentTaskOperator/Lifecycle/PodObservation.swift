// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// What the state machine needs to know of a task's pod.
struct PodObservation: Sendable, Hashable {
    /// The container `task`.
    enum Container: Sendable, Hashable {
        /// No status yet.
        case none
        /// Not started; the reason and message are the kubelet's.
        case waiting(reason: String, message: String)
        case running(startedAt: Time)
        case terminated(Termination)
    }

    /// How the container ended.
    struct Termination: Sendable, Hashable {
        var exitCode: Int32
        var signal: Int32?
        var reason: String
        /// The termination message: the result file, or the end of the log.
        var message: String
        /// Nil when the container never started (a kubelet writes 1970 then).
        var startedAt: Time?
        var finishedAt: Time?
    }

    var name: String
    var uid: String
    /// `status.phase`.
    var phase: String
    /// `status.reason` and `status.message`, as in `Evicted`.
    var reason: String
    var message: String
    /// Whether a scheduler has chosen a node.
    var isBound: Bool
    var isDeleting: Bool
    /// When somebody asked for its deletion, cut to the second.
    var deletionRequestedAt: Time?
    /// `spec.activeDeadlineSeconds`.
    var activeDeadlineSeconds: Int64?
    /// Why no node fits, from the condition PodScheduled.
    var unschedulable: String?
    /// The reason of the condition DisruptionTarget.
    var disruption: String?
    var container: Container

    /// Whether nothing of the pod runs any more.
    var hasEnded: Bool {
        if phase == "Succeeded" || phase == "Failed" { return true }
        if case .terminated = container { return true }
        return false
    }

    /// When the container started, nil when it never did.
    var startedAt: Time? {
        switch container {
        case .running(let startedAt): startedAt
        case .terminated(let termination): termination.startedAt
        case .none, .waiting: nil
        }
    }

    /// The container's end, nil when it has not ended.
    var termination: Termination? {
        if case .terminated(let termination) = container { termination } else { nil }
    }
}

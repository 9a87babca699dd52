// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesCore
import KubernetesMeta

/// Decides what a kubelet would do with one pod, by a script. Pure: it is asked again after each change of the pod and when it asked to be.
struct SimulatedPod: Sendable {
    enum Step: Sendable {
        /// Write this status, then ask again.
        case write(PodStatus)
        /// Delete the object for good.
        case delete
        /// Nothing until then; nil for until the pod changes.
        case wait(until: MonotonicInstant?)
    }

    private enum Phase: Sendable {
        case admitted(at: MonotonicInstant)
        case waiting
        case running(since: MonotonicInstant, startedAt: WallTime)
        case ended
    }

    private struct End {
        let at: MonotonicInstant
        let exitCode: Int32
        let reason: String
        var podReason: String?
        var message: String?
    }

    let uid: String
    private let script: PodScript
    private let admittedAt: MonotonicInstant
    private let admittedWall: WallTime
    private var phase: Phase
    /// When the kubelet was told to stop the pod, and why it ends then.
    private var stop: (at: MonotonicInstant, podReason: String?)?

    init(_ pod: Pod, script: PodScript, now: MonotonicInstant, wall: WallTime) {
        uid = pod.metadata.uid ?? ""
        self.script = script
        admittedAt = now
        admittedWall = wall
        phase = ["Succeeded", "Failed"].contains(pod.status?.phase) ? .ended : .admitted(at: now)
    }

    mutating func step(_ pod: Pod, now: MonotonicInstant, wall: WallTime) -> Step {
        // Somebody else may have ended it, as an eviction does.
        if ["Succeeded", "Failed"].contains(pod.status?.phase) { phase = .ended }
        noteStop(pod, now: now)
        switch phase {
        case .admitted(let at):
            if stop != nil {
                return end(pod, End(at: now, exitCode: 137, reason: "Error", podReason: stop?.podReason), wall: wall)
            }
            let due = at.advanced(by: script.startDelay)
            if let reason = script.waitingReason {
                phase = .waiting
                return .write(
                    status(
                        pod,
                        phase: "Pending",
                        state: ContainerState(waiting: ContainerStateWaiting(message: script.waitingMessage, reason: reason))
                    )
                )
            }
            guard due <= now else { return .wait(until: earliest(due, deadline(of: pod))) }
            if case .startError(let message) = script.ending {
                return end(pod, End(at: now, exitCode: 128, reason: "StartError", message: message), wall: wall)
            }
            phase = .running(since: now, startedAt: wall)
            let running = ContainerState(running: ContainerStateRunning(startedAt: wall.time))
            return .write(status(pod, phase: "Running", state: running))
        case .waiting:
            if stop != nil {
                return end(pod, End(at: now, exitCode: 137, reason: "Error", podReason: stop?.podReason), wall: wall)
            }
            return .wait(until: deadline(of: pod))
        case .running(let since, _):
            let own = ownEnd(since: since)
            let forced = forcedEnd(pod)
            let next = [own, forced].compactMap(\.self).min { $0.at < $1.at }
            if let next, next.at <= now { return end(pod, next, wall: wall) }
            return .wait(until: earliest(next?.at, stop == nil ? deadline(of: pod) : nil))
        case .ended:
            return pod.metadata.deletionTimestamp == nil ? .wait(until: nil) : .delete
        }
    }

    // MARK: Stopping

    /// activeDeadlineSeconds counts from the pod's start time, as for the kubelet.
    private func deadline(of pod: Pod) -> MonotonicInstant? {
        pod.spec?.activeDeadlineSeconds.map { admittedAt.advanced(by: .seconds($0)) }
    }

    private mutating func noteStop(_ pod: Pod, now: MonotonicInstant) {
        guard stop == nil else { return }
        if pod.metadata.deletionTimestamp != nil {
            stop = (now, nil)
        } else if let deadline = deadline(of: pod), deadline <= now {
            stop = (now, "DeadlineExceeded")
        }
    }

    private func forcedEnd(_ pod: Pod) -> End? {
        guard let stop else { return nil }
        let grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30
        let at = script.heedsTermination ? stop.at : stop.at.advanced(by: .seconds(grace))
        return End(at: at, exitCode: script.heedsTermination ? 143 : 137, reason: "Error", podReason: stop.podReason)
    }

    private func ownEnd(since: MonotonicInstant) -> End? {
        switch script.ending {
        case .exit(let code, let delay):
            End(at: since.advanced(by: delay), exitCode: code, reason: code == 0 ? "Completed" : "Error", message: script.message)
        case .outOfMemory(let delay):
            End(at: since.advanced(by: delay), exitCode: 137, reason: "OOMKilled", message: script.message)
        case .startError, .never: nil
        }
    }

    private func earliest(_ instants: MonotonicInstant?...) -> MonotonicInstant? { instants.compactMap(\.self).min() }

    // MARK: Status

    private mutating func end(_ pod: Pod, _ end: End, wall: WallTime) -> Step {
        // A container that was stopped before it started has no start.
        var startedAt: WallTime?
        if case .running(_, let started) = phase { startedAt = started }
        if end.reason == "StartError" { startedAt = WallTime(seconds: 0) }
        phase = .ended
        let terminated = ContainerStateTerminated(
            exitCode: end.exitCode,
            finishedAt: wall.time,
            message: end.message,
            reason: end.reason,
            startedAt: startedAt?.time
        )
        let succeeded = end.exitCode == 0 && end.podReason == nil
        var status = status(pod, phase: succeeded ? "Succeeded" : "Failed", state: ContainerState(terminated: terminated))
        if let reason = end.podReason {
            status.reason = reason
            status.message = "Pod was active on the node longer than the specified deadline"
        }
        return .write(status)
    }

    private func status(_ pod: Pod, phase: String, state: ContainerState) -> PodStatus {
        let isReady = phase == "Running"
        let containers = (pod.spec?.containers ?? []).map { container in
            ContainerStatus(
                image: container.image ?? "",
                imageID: "simulated",
                name: container.name,
                ready: isReady,
                restartCount: 0,
                started: isReady,
                state: state
            )
        }
        let ready = PodCondition(status: isReady ? "True" : "False", type: "Ready", lastTransitionTime: admittedWall.time)
        let kept = (pod.status?.conditions ?? []).filter { $0.type != "Ready" }
        return PodStatus(
            conditions: kept + [ready],
            containerStatuses: containers,
            hostIP: "127.0.0.1",
            phase: phase,
            podIP: "127.0.0.1",
            qosClass: pod.status?.qosClass,
            startTime: admittedWall.time
        )
    }
}

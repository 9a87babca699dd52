// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// The status that a pod should have, from its stage on this node.
struct PodStatusBuilder: Sendable {
    let pod: Pod
    let stage: PodLifecycle.Stage
    /// When the node took the pod.
    let acceptedAt: Time
    let now: Time
    /// The interpreter that runs in place of the image; nil before it was resolved.
    let interpreter: String?
    /// The log's last lines, for a message that falls back to them.
    let logTail: [UInt8]

    /// The status to write; nil when the object's own stands.
    func status() -> PodStatus? {
        if case .ended(.reported) = stage { return nil }
        var status = pod.status ?? PodStatus()
        status.startTime = status.startTime ?? acceptedAt
        status.hostIP = LocalNodeOptions.address
        status.hostIPs = [HostIP(ip: LocalNodeOptions.address)]
        status.containerStatuses = (pod.spec?.containers ?? []).map { container in containerStatus(container) }
        (status.phase, status.reason, status.message) = phase()
        let condition = readiness(status.phase ?? "")
        var conditions = status.conditions ?? []
        set("PodScheduled", "True", nil, in: &conditions)
        set("Initialized", "True", condition.initialized, in: &conditions)
        set("Ready", condition.status, condition.reason, in: &conditions)
        set("ContainersReady", condition.status, condition.reason, in: &conditions)
        status.conditions = conditions
        return status
    }

    // MARK: Pod

    private func phase() -> (String, String?, String?) {
        switch stage {
        case .new, .waiting, .starting: return ("Pending", nil, nil)
        case .running: return ("Running", nil, nil)
        case .ended(let ended): return phase(ended)
        }
    }

    private func phase(_ ended: PodLifecycle.Ended) -> (String, String?, String?) {
        let deadline = ("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        switch ended {
        case .exited(_, _, .deadline), .neverStarted(.deadline):
            return deadline
        case .exited(let exit, _, _):
            return (exit.exitCode == 0 && exit.startFailure == nil ? "Succeeded" : "Failed", nil, nil)
        case .neverStarted(.deletion):
            return ("Failed", nil, "The pod was deleted before its container was started")
        case .refused(let why):
            return ("Failed", PodAdmission.reason, "Pod was rejected: \(why)")
        case .lost:
            return ("Failed", "NodeLost", "The local node ended while the pod was running; its program was stopped")
        case .reported:
            return (pod.status?.phase ?? "Failed", pod.status?.reason, pod.status?.message)
        }
    }

    private func readiness(_ phase: String) -> (status: String, reason: String?, initialized: String?) {
        switch phase {
        case "Running": ("True", nil, nil)
        case "Succeeded": ("False", "PodCompleted", "PodCompleted")
        case "Failed": ("False", "PodFailed", nil)
        default: ("False", "ContainersNotReady", nil)
        }
    }

    private func set(_ type: String, _ value: String, _ reason: String?, in conditions: inout [PodCondition]) {
        if let index = conditions.firstIndex(where: { $0.type == type }) {
            if conditions[index].status != value { conditions[index].lastTransitionTime = now }
            conditions[index].status = value
            conditions[index].reason = reason
            if value == "True" { conditions[index].message = nil }
        } else {
            conditions.append(PodCondition(status: value, type: type, lastTransitionTime: now, reason: reason))
        }
    }

    // MARK: Container

    private func containerStatus(_ container: Container) -> ContainerStatus {
        let previous = (pod.status?.containerStatuses ?? []).first { $0.name == container.name }
        var state = ContainerState()
        var isRunning = false
        switch stage {
        case .new, .starting:
            // A retry keeps the reason of the last try in sight.
            state.waiting = previous?.state?.waiting ?? ContainerStateWaiting(reason: "ContainerCreating")
        case .waiting(let problem, let failures, _):
            state.waiting = waiting(problem, failures: failures, image: container.image ?? "")
        case .running(let running):
            state.running = ContainerStateRunning(startedAt: Time(running.startedAt))
            isRunning = true
        case .ended(let ended):
            state = endState(ended, container, previous?.state)
        }
        return ContainerStatus(
            image: container.image ?? "",
            imageID: interpreter.map { "host:\($0)" } ?? previous?.imageID ?? "",
            name: container.name,
            ready: isRunning,
            restartCount: 0,
            containerID: hasContainer ? "bubblewrap://\(pod.metadata.uid ?? "")" : previous?.containerID,
            lastState: ContainerState(),
            started: isRunning,
            state: state
        )
    }

    private var hasContainer: Bool {
        switch stage {
        case .running, .ended(.exited): true
        default: false
        }
    }

    private func waiting(_ problem: PodProblem, failures: Int, image: String) -> ContainerStateWaiting {
        guard problem.reason == .imagePull, failures > 1 else {
            return ContainerStateWaiting(message: problem.message, reason: problem.reason.rawValue)
        }
        return ContainerStateWaiting(
            message: "Back-off pulling image \"\(image)\": ErrImagePull: \(problem.message)",
            reason: "ImagePullBackOff"
        )
    }

    private func endState(_ ended: PodLifecycle.Ended, _ container: Container, _ previous: ContainerState?) -> ContainerState {
        switch ended {
        case .exited(let exit, let startedAt, _):
            return ContainerState(terminated: terminated(exit, startedAt, container))
        case .lost:
            return ContainerState(
                terminated: ContainerStateTerminated(
                    exitCode: 137,
                    finishedAt: now,
                    message: "The container could not be located when the local node was started again",
                    reason: "ContainerStatusUnknown",
                    startedAt: previous?.running?.startedAt
                )
            )
        case .neverStarted, .refused, .reported:
            return previous ?? ContainerState(waiting: ContainerStateWaiting(reason: "ContainerCreating"))
        }
    }

    private func terminated(_ exit: SandboxExit, _ startedAt: MicroTime, _ container: Container) -> ContainerStateTerminated {
        let identifier = "bubblewrap://\(pod.metadata.uid ?? "")"
        if let failure = exit.startFailure {
            // A start at 1970 and the code 128: what a kubelet reports for a command that cannot be executed.
            return ContainerStateTerminated(
                exitCode: 128,
                containerID: identifier,
                finishedAt: Time(exit.finishedAt),
                message: "failed to start the container: \(failure)",
                reason: "StartError",
                startedAt: Time(seconds: 0)
            )
        }
        return ContainerStateTerminated(
            exitCode: exit.exitCode,
            containerID: identifier,
            finishedAt: Time(exit.finishedAt),
            message: TerminationMessage.text(
                file: exit.message,
                logTail: logTail,
                policy: container.terminationMessagePolicy,
                exitCode: exit.exitCode
            ),
            reason: exit.isOutOfMemory ? "OOMKilled" : exit.exitCode == 0 ? "Completed" : "Error",
            startedAt: Time(startedAt)
        )
    }
}

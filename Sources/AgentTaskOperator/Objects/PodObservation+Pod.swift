// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

extension PodObservation {
    /// Reads a pod as the API server has it.
    init(_ pod: Pod) {
        let status = pod.status
        let conditions = status?.conditions ?? []
        self.init(
            name: pod.metadata.name ?? "",
            uid: pod.metadata.uid ?? "",
            phase: status?.phase ?? "Pending",
            reason: status?.reason ?? "",
            message: status?.message ?? "",
            isBound: !(pod.spec?.nodeName ?? "").isEmpty,
            isDeleting: pod.metadata.deletionTimestamp != nil,
            // The server's time is the one at which the grace is over.
            deletionRequestedAt: pod.metadata.deletionTimestamp.map {
                Time(seconds: $0.seconds - (pod.metadata.deletionGracePeriodSeconds ?? 0))
            },
            activeDeadlineSeconds: pod.spec?.activeDeadlineSeconds,
            unschedulable: conditions.first { $0.type == "PodScheduled" && $0.status == "False" }.map {
                $0.message ?? $0.reason ?? ""
            },
            disruption: conditions.first { $0.type == "DisruptionTarget" && $0.status == "True" }?.reason,
            container: Self.container(status?.containerStatuses?.first { $0.name == TaskNames.container })
        )
    }

    private static func container(_ status: ContainerStatus?) -> Container {
        guard let state = status?.state else { return .none }
        if let terminated = state.terminated {
            return .terminated(
                Termination(
                    exitCode: terminated.exitCode,
                    signal: terminated.signal,
                    reason: terminated.reason ?? "",
                    message: terminated.message ?? "",
                    // A container that never started carries the epoch.
                    startedAt: terminated.startedAt.flatMap { $0.seconds > 0 ? $0 : nil },
                    finishedAt: terminated.finishedAt.flatMap { $0.seconds > 0 ? $0 : nil }
                )
            )
        }
        if let running = state.running { return running.startedAt.map { .running(startedAt: $0) } ?? .none }
        return state.waiting.map { .waiting(reason: $0.reason ?? "", message: $0.message ?? "") } ?? .none
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesCore
import KubernetesMeta

extension ObjectTransform where R == Pod {
    /// Keeps of a pod what a ``PodObservation`` reads, and who owns it: a tenth of the memory. A cached pod is good for deciding and for
    /// nothing else; what is compared or recorded is read live.
    static var observed: ObjectTransform {
        ObjectTransform { pod in
            let (spec, status) = (pod.spec, pod.status)
            pod.metadata.managedFields = nil
            pod.metadata.annotations = nil
            pod.spec = PodSpec(
                containers: [],
                activeDeadlineSeconds: spec?.activeDeadlineSeconds,
                nodeName: spec?.nodeName
            )
            pod.status = PodStatus(
                conditions: status?.conditions?.filter { ["PodScheduled", "DisruptionTarget"].contains($0.type) },
                containerStatuses: status?.containerStatuses?.filter { $0.name == TaskNames.container }.map { container in
                    ContainerStatus(
                        image: "",
                        imageID: "",
                        name: container.name,
                        ready: container.ready,
                        restartCount: container.restartCount,
                        state: container.state
                    )
                },
                message: status?.message,
                phase: status?.phase,
                reason: status?.reason
            )
        }
    }
}

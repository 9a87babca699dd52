// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesCore
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("A pod that was there already")
struct OwnedContentTests {
    @Test(
        "is the task's only if nobody else mounts something over, or into, its code and results",
        arguments: [
            ("/var/run/secrets/tokens", true), ("/workspaces", true), ("/", false), ("/workspace", false),
            ("/workspace/lib", false),
            ("/workspace/artifacts/x", false), ("//tmp/.", false), ("/opt/../workspace/artifacts", false), ("/opt/..", false),
        ]
    )
    func mounts(path: String, isOwn: Bool) throws {
        let task = AgentTask(
            metadata: ObjectMeta(name: "t", namespace: "n", uid: "u"),
            spec: AgentTaskSpec(runtimeProfile: "python3.11", code: TaskCode(source: "print(1)"))
        )
        let desired = PodBuilder.pod(task, profile: TaskProfile(try #require(BuiltinProfiles.named("python3.11"))))
        var found = desired
        found.spec?.volumes?.append(Volume(name: "other", emptyDir: EmptyDirVolumeSource()))
        #expect(OwnedContent.matches(found, desired))
        found.spec?.containers[0].volumeMounts?.append(VolumeMount(mountPath: path, name: "other"))
        #expect(OwnedContent.matches(found, desired) == isOwn)
    }
}

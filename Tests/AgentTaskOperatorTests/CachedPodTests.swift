// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("A pod in the operator's cache")
struct CachedPodTests {
    /// A pod as a real API server sends it, in one of its states.
    private static func pod(_ state: String) throws -> Pod {
        let document = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"t-pod","namespace":"ns","uid":"u","resourceVersion":"7",
            "creationTimestamp":"2030-01-01T00:00:00Z","deletionTimestamp":"2030-01-01T00:01:00Z","deletionGracePeriodSeconds":5,
            "labels":{"agenttask.io/task":"t"},"annotations":{"execution.agenttask.io/generation":"1"},
            "ownerReferences":[{"apiVersion":"execution.agenttask.io/v1alpha1","kind":"AgentTask","name":"t","uid":"o"}],
            "managedFields":[{"manager":"kubelet","operation":"Update","fieldsV1":{"f:status":{}}}]},
            "spec":{"nodeName":"n","activeDeadlineSeconds":300,"volumes":[{"name":"tmp","emptyDir":{}}],
            "containers":[{"name":"task","image":"python:3.11","env":[{"name":"A","value":"b"}]}]},
            "status":{"phase":"Running","reason":"R","message":"M","podIP":"10.0.0.1","qosClass":"Burstable","conditions":[
            {"type":"Ready","status":"True"},{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no node"},
            {"type":"DisruptionTarget","status":"True","reason":"PreemptionByScheduler"}],"containerStatuses":[
            {"name":"sidecar","image":"i","imageID":"x","ready":true,"restartCount":0,"state":{"running":{}}},
            {"name":"task","image":"python:3.11","imageID":"sha256:1","containerID":"containerd://2","ready":true,"restartCount":0,
            "state":{\(state)}}]}}
            """
        return try JSON.decode(Pod.self, from: Array(document.utf8))
    }

    @Test(
        "tells the reconciler all that the whole pod would",
        arguments: [
            #""running":{"startedAt":"2030-01-01T00:00:30Z"}"#,
            #""waiting":{"reason":"ImagePullBackOff","message":"no such image"}"#,
            #""terminated":{"exitCode":3,"signal":9,"reason":"Error","message":"end","startedAt":"2030-01-01T00:00:30Z","finishedAt":"2030-01-01T00:00:31Z"}"#,
        ]
    )
    func observation(state: String) throws {
        let pod = try Self.pod(state)
        let cached = ObjectTransform<Pod>.observed(pod)
        #expect(PodObservation(cached) == PodObservation(pod))
        #expect(cached.metadata.ownerReferences == pod.metadata.ownerReferences)
        #expect(cached.metadata.labels == pod.metadata.labels && cached.metadata.uid == pod.metadata.uid)
        #expect(cached.metadata.resourceVersion == pod.metadata.resourceVersion)
    }

    @Test("is a small part of it")
    func size() throws {
        let pod = try Self.pod(#""running":{"startedAt":"2030-01-01T00:00:30Z"}"#)
        let cached = ObjectTransform<Pod>.observed(pod)
        #expect(cached.spec?.containers.isEmpty == true && cached.spec?.volumes == nil)
        #expect(cached.metadata.managedFields == nil && cached.metadata.annotations == nil)
        #expect(cached.status?.containerStatuses?.map(\.name) == ["task"])
        #expect(cached.status?.conditions?.count == 2)
    }
}

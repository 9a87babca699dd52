// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import KubernetesCore
@testable import LocalNode

/// Pods of tests, written as people write them.
enum PodFixtures {
    /// A pod as the operator makes it.
    static func taskPod(
        name: String = "hello-pod",
        image: String = "python:3.11-slim",
        command: String = #"["python3.11", "/workspace/main.py"]"#,
        extraSpec: String = "",
        extraContainer: String = "",
        env: String = ""
    ) throws -> Pod {
        try pod(
            """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "\(name)", "namespace": "team", "uid": "u-1", "labels": {"a": "1"}, "annotations": {"note": "hi"}},
             "spec": {"nodeName": "local", "restartPolicy": "Never", "automountServiceAccountToken": false,
              "terminationGracePeriodSeconds": 2, \(extraSpec)
              "securityContext": {"runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000, "runAsNonRoot": true},
              "volumes": [
               {"name": "code", "projected": {"defaultMode": 292, "sources": [{"configMap": {"name": "hello-code"}}]}},
               {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
               {"name": "artifacts", "emptyDir": {"sizeLimit": "100Mi"}}],
              "containers": [{"name": "task", "image": "\(image)", "command": \(command), "workingDir": "/workspace/artifacts",
               "terminationMessagePath": "/workspace/artifacts/result.json", "terminationMessagePolicy": "FallbackToLogsOnError",
               "resources": {"limits": {"memory": "256Mi", "cpu": "500m"}, "requests": {"cpu": "100m"}}, \(extraContainer)
               "env": [{"name": "AGENTTASK_RESULT_PATH", "value": "/workspace/artifacts/result.json"}\(env)],
               "volumeMounts": [{"name": "code", "mountPath": "/workspace", "readOnly": true}, {"name": "tmp", "mountPath": "/tmp"},
                {"name": "artifacts", "mountPath": "/workspace/artifacts"}]}]}}
            """
        )
    }

    static func pod(_ text: String) throws -> Pod { try JSONValue(parsing: text).decoded(as: Pod.self) }

    static func configMap(_ data: [String: String], name: String = "hello-code") -> ConfigMap {
        ConfigMap(metadata: ObjectMeta(name: name, namespace: "team"), data: data)
    }

    static func sources(_ data: [String: String] = ["main.py": "print(1)"]) -> PodSources {
        PodSources(configMaps: ["hello-code": configMap(data)], secrets: [:])
    }

    static let image = InterpreterCatalog.Match(
        entry: HostInterpreters.Entry(
            image: "python:3.11-slim",
            profile: "python3.11",
            candidates: ["python3.11"],
            installHint: "install it"
        ),
        path: "/usr/bin/python3.11"
    )

    static func plan(_ pod: Pod, _ sources: PodSources = sources()) throws(PodProblem) -> SandboxPlan {
        try PodPlanner(
            pod: pod,
            image: image,
            sources: sources,
            allocatable: ["cpu": Quantity(4), "memory": Quantity(1 << 30)],
            system: HostSystem(topLevel: [], etc: []),
            defaults: PodPlanner.Defaults()
        ).plan()
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta
import Testing

@testable import KubernetesCore
@testable import LocalNode

@Suite("From a pod to a sandbox's plan")
struct PodPlannerTests {
    private func values(_ plan: SandboxPlan) -> [String: String] {
        Dictionary(uniqueKeysWithValues: plan.environment.map { ($0.name, $0.value) })
    }

    @Test("a task pod becomes code, tmp, artifacts, limits and the interpreter's names")
    func taskPod() throws {
        let plan = try PodFixtures.plan(try PodFixtures.taskPod())
        #expect(plan.command == ["python3.11", "/workspace/main.py"])
        #expect(plan.workingDirectory == "/workspace/artifacts")
        #expect(plan.messagePath == "/workspace/artifacts/result.json")
        #expect(plan.hostname == "hello-pod")
        #expect(plan.limits == SandboxLimits(processes: 64, memory: 256 << 20, processorRequest: 100, processorLimit: 500))
        #expect(
            plan.mounts.prefix(3) == [
                .readOnly(path: "/workspace", files: [SandboxFile(name: "main.py", bytes: Array("print(1)".utf8), mode: 0o444)]),
                .scratch(path: "/tmp", size: 64 << 20, countsAsMemory: false),
                .scratch(path: "/workspace/artifacts", size: 100 << 20, countsAsMemory: false),
            ]
        )
        #expect(plan.mounts.dropFirst(3).map(\.path) == ["/image/bin/python3.11", "/image/bin/python3", "/image/bin/python"])
        #expect(values(plan)["PATH"]?.hasPrefix("/image/bin:") == true)
    }

    @Test(
        "the image's own path of its interpreter means the host's; another program keeps its path",
        arguments: [
            (#"["/usr/local/bin/python3", "x"]"#, ["/image/bin/python3", "x"]),
            (#"["/usr/bin/python3.11"]"#, ["/usr/bin/python3.11"]),
            (#"["/bin/sh", "-c", "true"]"#, ["/bin/sh", "-c", "true"]),
            ("[]", ["/usr/bin/python3.11"]),
        ]
    )
    func command(text: String, expected: [String]) throws {
        #expect(try PodFixtures.plan(try PodFixtures.taskPod(command: text)).command == expected)
    }

    @Test("variables refer to fields, resources, ConfigMaps, Secrets and each other")
    func environment() throws {
        let pod = try PodFixtures.taskPod(
            extraContainer: #""args": ["$(GREETING)", "$(UNKNOWN)", "$$(GREETING)"],"#,
            env: """
                , {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                {"name": "LABEL", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['a']"}}},
                {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
                {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
                {"name": "KEY", "valueFrom": {"configMapKeyRef": {"name": "hello-code", "key": "main.py"}}},
                {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "t"}}},
                {"name": "GONE", "valueFrom": {"secretKeyRef": {"name": "none", "key": "t", "optional": true}}},
                {"name": "GREETING", "value": "hi $(NAME) $(LATER) $$(NAME)"}, {"name": "LATER", "value": "x"}
                """
        )
        var sources = PodFixtures.sources()
        sources.secrets["s"] = Secret(metadata: ObjectMeta(name: "s"), data: ["t": Base64Data(Array("sesame".utf8))])
        let plan = try PodFixtures.plan(pod, sources)
        let values = values(plan)
        #expect(values["NAME"] == "hello-pod")
        #expect(values["LABEL"] == "1")
        #expect(values["MEMORY"] == "256")
        #expect(values["CPU"] == "1")
        #expect(values["KEY"] == "print(1)")
        #expect(values["TOKEN"] == "sesame")
        #expect(values["GONE"] == nil)
        #expect(values["GREETING"] == "hi hello-pod $(LATER) $(NAME)")
        #expect(plan.command.suffix(3) == ["hi hello-pod $(LATER) $(NAME)", "$(UNKNOWN)", "$(GREETING)"])
    }

    @Test(
        "what is missing or not supported is a configuration error that names it",
        arguments: [
            (#", {"name": "K", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "k"}}}"#, #"configmap "none" not found"#),
            (
                #", {"name": "K", "valueFrom": {"configMapKeyRef": {"name": "hello-code", "key": "k"}}}"#,
                "couldn't find key k in ConfigMap hello-code"
            ),
            (#", {"name": "K", "valueFrom": {"secretKeyRef": {"name": "none", "key": "k"}}}"#, #"secret "none" not found"#),
            (
                #", {"name": "K", "valueFrom": {"fieldRef": {"fieldPath": "spec.hostname"}}}"#,
                "fieldPath 'spec.hostname' is not supported"
            ),
        ]
    )
    func environmentProblems(env: String, message: String) throws {
        let pod = try PodFixtures.taskPod(env: env)
        #expect(throws: PodProblem(.configuration, message)) { try PodFixtures.plan(pod) }
    }

    @Test("volumes that hold data become files; others are refused by name")
    func volumes() throws {
        func files(_ volume: String, mount: String = "") throws -> [SandboxMount] {
            let pod = try PodFixtures.pod(
                """
                {"metadata": {"name": "p", "uid": "u", "labels": {"b": "2", "a": "x\\"y"}}, "spec": {"volumes": [{"name": "v", \(volume)}],
                 "containers": [{"name": "c", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/data/" \(mount)}]}]}}
                """
            )
            return Array(try PodFixtures.plan(pod, PodFixtures.sources(["a": "1", "b": "2"])).mounts.prefix(1))
        }
        #expect(
            try files(#""configMap": {"name": "hello-code", "items": [{"key": "b", "path": "sub/x", "mode": 256}]}"#)
                == [.readOnly(path: "/data", files: [SandboxFile(name: "sub/x", bytes: [50], mode: 0o400)])]
        )
        #expect(try files(#""configMap": {"name": "none", "optional": true}"#) == [.readOnly(path: "/data", files: [])])
        #expect(
            try files(#""configMap": {"name": "hello-code"}"#, mount: #", "subPath": "a""#)
                == [.file(path: "/data", SandboxFile(name: "a", bytes: [49], mode: 0o644))]
        )
        #expect(
            try files(#""downwardAPI": {"items": [{"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}"#)
                == [
                    .readOnly(
                        path: "/data",
                        files: [SandboxFile(name: "labels", bytes: Array("a=\"x\\\"y\"\nb=\"2\"".utf8), mode: 0o644)]
                    )
                ]
        )
        #expect(
            try files(#""emptyDir": {"medium": "Memory"}"#) == [.scratch(path: "/data", size: 256 << 20, countsAsMemory: true)]
        )
        for (volume, part) in [
            (#""hostPath": {"path": "/"}"#, "volume 'v' is of a kind that the local node does not have"),
            (#""configMap": {"name": "none"}"#, #"configmap "none" not found"#),
            (#""configMap": {"name": "hello-code", "items": [{"key": "z", "path": "z"}]}"#, "has no key 'z'"),
            (
                #""configMap": {"name": "hello-code", "items": [{"key": "a", "path": "../z"}]}"#,
                "'../z' is no path below a volume"
            ),
            (#""projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}"#, "automountServiceAccountToken: false"),
        ] {
            let problem = #expect(throws: PodProblem.self) { try files(volume) }
            #expect(problem?.reason == .configuration)
            #expect(problem?.message.contains(part) == true, "\(problem?.message ?? "")")
        }
    }

    @Test("of the volume that admission adds, a pod gets all but the token, which opens nothing here")
    func injectedVolume() throws {
        let pod = try PodFixtures.pod(
            """
            {"metadata": {"name": "p", "namespace": "ns", "uid": "u"}, "spec": {
             "volumes": [{"name": "kube-api-access-x", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}},
              {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
              {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}}]}}],
             "containers": [{"name": "c", "image": "i",
              "volumeMounts": [{"name": "kube-api-access-x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}]}]}}
            """
        )
        let file = SandboxFile(name: "namespace", bytes: Array("ns".utf8), mode: 0o644)
        let path = "/var/run/secrets/kubernetes.io/serviceaccount"
        #expect(try PodFixtures.plan(pod).mounts.first == .readOnly(path: path, files: [file]))
    }

    @Test("a mount cannot take the sandbox's own places", arguments: ["/proc", "/dev/", "/usr", "/", "/a/../proc", "relative"])
    func reservedPaths(path: String) throws {
        let pod = try PodFixtures.pod(
            """
            {"metadata": {"name": "p", "uid": "u"}, "spec": {"volumes": [{"name": "v", "emptyDir": {}}],
             "containers": [{"name": "c", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "\(path)"}]}]}}
            """
        )
        #expect(throws: PodProblem.self) { try PodFixtures.plan(pod) }
    }

    @Test(
        "pods that this node does not run are refused with the reason",
        arguments: [
            (#""restartPolicy": "Always""#, "restartPolicy"),
            (#""restartPolicy": "Never", "hostNetwork": true"#, "host namespaces"),
            (#""restartPolicy": "Never", "initContainers": [{"name": "i"}]"#, "init containers"),
            (#""restartPolicy": "Never", "securityContext": {"runAsUser": 0}"#, "runAsUser"),
        ]
    )
    func admission(spec: String, part: String) throws {
        let pod = try PodFixtures.pod(
            #"{"metadata": {"name": "p"}, "spec": {\#(spec), "containers": [{"name": "c", "image": "i"}]}}"#
        )
        #expect(PodAdmission.refusal(pod)?.contains(part) == true)
        #expect(PodAdmission.refusal(try PodFixtures.taskPod()) == nil)
    }

    @Test(
        "expansion",
        arguments: [
            ("$(A)", "1"), ("$$(A)", "$(A)"), ("$$$(A)", "$1"), ("$(B)", "$(B)"), ("$(A", "$(A"), ("$", "$"),
            ("a$b$(A)c", "a$b1c"), ("$$", "$"),
        ]
    )
    func expansion(text: String, expected: String) {
        #expect(VariableExpansion.expand(text) { $0 == "A" ? "1" : nil } == expected)
    }
}

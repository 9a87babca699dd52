// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import KubernetesNetworking
import Testing

@testable import AgentTaskOperator

@Suite("RuntimeProfiles", .timeLimit(.minutes(1)))
struct RuntimeProfileTests {
    private func configure(_ tasks: TaskCluster, _ data: [String: String]) async throws {
        let metadata = ObjectMeta(name: ProfileResolution.configMapName, namespace: "default")
        _ = try await tasks.admin.create(ConfigMap(metadata: metadata, data: data))
    }

    private func health(_ running: RunningOperator) -> HealthReport {
        running.environment.health.render(.ready, verbose: true)
    }

    @Test("one comes before the ConfigMap's, is written into the status, and gives the pod all that it names")
    func used() async throws {
        try await TaskCluster.run { tasks in
            try await configure(tasks, ["own": "mirror/python"])
            let made = try await tasks.profile {
                $0.imagePullPolicy = "Always"
                $0.imagePullSecrets = ["pull"]
                $0.entrypoint = "task.py"
                $0.command = ["python3", "-u"]
                $0.env = [TaskEnvironmentVariable(name: "A", value: "profile"), TaskEnvironmentVariable(name: "B", value: "b")]
                $0.hostUsers = false
                $0.runAsUser = 2000
                $0.resources = ProfileResources(
                    default: ResourceRequirements(limits: ["memory": Quantity(1000)], requests: ["memory": Quantity(500)]),
                    max: ["cpu": Quantity(milli: 100), "memory": Quantity(2000)]
                )
                $0.timeoutSeconds = ProfileTimeout(default: 40)
                $0.storage = ProfileStorage(tmp: Quantity(11), artifacts: Quantity(12))
                $0.scheduling = ProfileScheduling(tolerations: [Toleration(key: "tasks", operator: "Exists")])
            }
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit {
                $0.spec.runtimeProfile = "own"
                $0.spec.timeoutSeconds = nil
                $0.spec.env = [TaskEnvironmentVariable(name: "A", value: "task")]
                $0.spec.resources = ResourceRequirements(requests: ["memory": Quantity(1500)])
            }
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Succeeded")
            let resolved = try #require(status.resolvedProfile)
            #expect(resolved.name == "own" && resolved.source == "RuntimeProfile" && resolved.image == "example/python:1")
            #expect(resolved.generation == 1 && resolved.spec == made.spec)
            let spec = try #require(try await tasks.pod()?.spec)
            let container = try #require(spec.containers.first)
            #expect(container.image == "example/python:1" && container.imagePullPolicy == "Always")
            #expect(spec.imagePullSecrets == [LocalObjectReference(name: "pull")])
            #expect(container.command == ["python3", "-u", "/workspace/task.py"])
            let values = Dictionary(uniqueKeysWithValues: (container.env ?? []).map { ($0.name, $0.value) })
            #expect(values["A"] == "task" && values["B"] == "b" && values["AGENTTASK_TIMEOUT_SECONDS"] == "40")
            #expect(spec.hostUsers == false && spec.activeDeadlineSeconds == 30 + 40 + 30)
            #expect(spec.securityContext?.runAsUser == 2000 && spec.securityContext?.runAsGroup == 2000)
            #expect(spec.securityContext?.fsGroup == 2000)
            let (limits, requests) = (container.resources?.limits ?? [:], container.resources?.requests ?? [:])
            #expect(limits["cpu"] == Quantity(milli: 100) && requests["cpu"] == Quantity(milli: 50))
            #expect(limits["memory"] == Quantity(1500) && requests["memory"] == Quantity(1500))
            let sizes = (spec.volumes ?? []).compactMap(\.emptyDir?.sizeLimit)
            #expect(sizes == [Quantity(11), Quantity(12)])
            #expect(spec.tolerations?.contains(Toleration(key: "tasks", operator: "Exists")) == true)
            #expect(spec.dnsPolicy == "None")
        }
    }

    @Test("the time of a task that names none is its profile's")
    func usualTimeout() async throws {
        try await TaskCluster.run({ _ in .exits(0, after: .seconds(1000)) }) { tasks in
            try await tasks.profile { $0.timeoutSeconds = ProfileTimeout(max: 20) }
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit {
                $0.spec.runtimeProfile = "own"
                $0.spec.timeoutSeconds = nil
            }
            let status = try await tasks.waitForEnd(upTo: .seconds(60))
            #expect(status.phase == "Timeout")
            #expect(status.message?.contains("longer than 20 s") == true)
        }
    }

    @Test("the RuntimeClass and the nodes that one names are the pod's")
    func placement() async throws {
        try await TaskCluster.run(nil) { tasks in
            try await tasks.profile {
                $0.runtimeClassName = "gvisor"
                $0.scheduling = ProfileScheduling(nodeSelector: ["pool": "tasks"])
            }
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.spec.runtimeProfile = "own" }
            try await tasks.wait(for: .scheduled)
            #expect(try await tasks.pod()?.spec?.runtimeClassName == "gvisor")
            #expect(try await tasks.pod()?.spec?.nodeSelector == ["pool": "tasks"])
            #expect(try await tasks.status().resolvedProfile?.runtimeClassName == "gvisor")
        }
    }

    @Test("a change or deletion does not touch a task that waits, nor its later attempts")
    func frozen() async throws {
        try await TaskCluster.run({ _ in .exits(1, after: .seconds(5)) }) { tasks in
            try await tasks.profile { $0.command = ["first"] }
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit {
                $0.spec.runtimeProfile = "own"
                $0.spec.suspend = true
                $0.spec.backoffLimit = 1
                $0.spec.retryPolicy = "OnFailure"
            }
            try await tasks.cluster.wait(for: "acceptance") { try await tasks.status().resolvedProfile?.generation == 1 }
            _ = try await tasks.admin.patch(
                RuntimeProfile.self,
                name: "own",
                .merge(["spec": ["image": "second", "command": ["second"], "allowedNamespaces": ["matchLabels": ["a": "b"]]]])
            )
            try await tasks.cluster.advance(by: .seconds(5))
            try await tasks.change(spec: ["suspend": false])
            try await tasks.wait(for: .running)
            try await tasks.admin.delete(RuntimeProfile.self, name: "own")
            #expect(try await tasks.waitForEnd().attempts == 2)
            for name in ["t-pod", "t-pod-1"] {
                let container = try await tasks.pod(name)?.spec?.containers.first
                #expect(container?.image == "example/python:1" && container?.command?.first == "first")
            }
        }
    }

    @Test("a change between a pod's creation and its record is no name conflict")
    func changedBeforeRecord() async throws {
        try await TaskCluster.run { tasks in
            try await tasks.profile()
            let transport = DyingTransport(tasks.cluster.api.transport()) { write, _ in write.hasSuffix("/pods") }
            let first = try RunningOperator(in: tasks.cluster, client: tasks.client(over: transport))
            try await tasks.submit { $0.spec.runtimeProfile = "own" }
            try await tasks.cluster.wait(for: "the death of the first operator") { transport.isDead }
            await first.stop()
            _ = try await tasks.admin.patch(
                RuntimeProfile.self,
                name: "own",
                .merge(["spec": ["image": "x", "runAsUser": 3000]])
            )
            _ = try RunningOperator(in: tasks.cluster)
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
            #expect(try await tasks.pods().count == 1)
        }
    }

    @Test("one is for the namespaces whose labels it selects")
    func namespaces() async throws {
        try await TaskCluster.run { tasks in
            try await tasks.profile { $0.allowedNamespaces = LabelSelector(matchLabels: ["tier": "gold"]) }
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit("before") { $0.spec.runtimeProfile = "own" }
            let refused = try await tasks.waitForEnd("before")
            #expect(refused.phase == "Failed" && refused.reason == "ProfileForbidden")
            #expect(refused.message?.contains("may not be used in namespace 'team'") == true)
            _ = try await tasks.admin.patch(
                Namespace.self,
                name: TaskCluster.namespace,
                .merge(["metadata": ["labels": ["tier": "gold"]]])
            )
            try await tasks.submit("after") { $0.spec.runtimeProfile = "own" }
            #expect(try await tasks.waitForEnd("after").phase == "Succeeded")
            #expect(try await tasks.pods().map(\.metadata.name) == ["after-pod"])
        }
    }

    @Test(
        "what one does not give ends the task, by the field's name",
        arguments: [
            ("ValidationFailed", "spec.timeoutSeconds: 60 is more than the 50 that profile own allows"),
            ("ProfileForbidden", "spec.priorityClassName: profile own does not allow the PriorityClass 'high'; it allows none"),
            ("ProfileForbidden", "spec.network.profile: profile own has no network set 'all'; it has isolated"),
            ("ProfileForbidden", "spec.env[TOKEN]: profile own does not allow the Secret 'db'; it allows none"),
        ]
    )
    func forbidden(_ reason: String, _ message: String) async throws {
        try await TaskCluster.run { tasks in
            try await tasks.profile { if reason == "ValidationFailed" { $0.timeoutSeconds = ProfileTimeout(max: 50) } }
            _ = try RunningOperator(in: tasks.cluster, flags: ["--allow-unverified-references"])
            try await tasks.submit {
                $0.spec.runtimeProfile = "own"
                if message.contains("priority") { $0.spec.priorityClassName = "high" }
                if message.contains("network") { $0.spec.network = TaskNetwork(profile: "all") }
                if message.contains("TOKEN") { $0.spec.env = [TaskReviews.variable("TOKEN", secret: "db")] }
            }
            let status = try await tasks.waitForEnd()
            #expect(status.reason == reason && status.message == message)
            #expect(try await tasks.pods().isEmpty)
        }
    }

    @Test("one that breaks a rule is named as what is wrong")
    func invalid() async throws {
        try await TaskCluster.run { tasks in
            try await tasks.profile { $0.network = ProfileNetwork(default: "none") }
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.spec.runtimeProfile = "own" }
            let status = try await tasks.waitForEnd()
            #expect(status.reason == "ProfileResolutionFailed")
            #expect(status.message?.contains("RuntimeProfile 'own' is not valid: spec.network.default:") == true)
        }
    }

    @Test("a network set opens the task's own policy for what it names, never for metadata addresses, and is healed")
    func network() async throws {
        try await TaskCluster.run({ _ in .exits(0, after: .seconds(50)) }) { tasks in
            try await tasks.profile {
                $0.network = ProfileNetwork(
                    sets: [
                        NetworkSet(
                            name: "web",
                            egress: [
                                NetworkDestination(
                                    cidr: "0.0.0.0/0",
                                    except: ["10.0.0.0/8"],
                                    ports: [NetworkPorts(port: 443)]
                                )
                            ],
                            dns: true
                        )
                    ]
                )
            }
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit("closed") { $0.spec.runtimeProfile = "own" }
            try await tasks.submit {
                $0.spec.runtimeProfile = "own"
                $0.spec.network = TaskNetwork(profile: "web")
            }
            try await tasks.wait(for: .running)
            try await tasks.wait("closed", for: .running)
            func rules(_ name: String) async throws -> [NetworkPolicyEgressRule] {
                try await tasks.admin.get(NetworkPolicy.self, name: name, namespace: TaskCluster.namespace).spec?.egress ?? []
            }
            let egress = try await rules("t-netpol")
            #expect(egress.count == 2)
            #expect(egress.first?.ports?.first?.port == .int(443))
            let block = egress.first?.to?.first?.ipBlock
            #expect(block?.cidr == "0.0.0.0/0")
            #expect(block?.except?.contains("10.0.0.0/8") == true && block?.except?.contains("169.254.169.254/32") == true)
            #expect(block?.except?.contains { $0.contains(":") } == false)
            #expect(try await tasks.pod()?.spec?.dnsPolicy == "ClusterFirst")
            #expect(try await tasks.pod("closed-pod")?.spec?.dnsPolicy == "None")
            #expect(try await rules("closed-netpol").isEmpty)
            #expect(try await rules("agenttask-isolated").isEmpty)
            let isolation = try await tasks.status().conditions?.first { $0.type == "NetworkIsolated" }
            #expect(isolation?.status == "False" && isolation?.reason == "AllowList")

            _ = try await tasks.admin.patch(
                NetworkPolicy.self,
                name: "t-netpol",
                namespace: TaskCluster.namespace,
                .merge(["spec": ["egress": [[:]]]])
            )
            try await tasks.cluster.wait(for: "the policy") { try await rules("t-netpol") == egress }
        }
    }

    @Test("a cluster without the API of profiles serves tasks with others, says so, and needs no restart once it has it")
    func missing() async throws {
        try await TaskCluster.run(profiles: false) { tasks in
            let running = try RunningOperator(in: tasks.cluster)
            try await tasks.submit("builtin")
            #expect(try await tasks.waitForEnd("builtin").phase == "Succeeded")
            let note = "informer-runtimeprofiles.execution.agenttask.io ok: the CustomResourceDefinition"
            #expect(health(running).isHealthy)
            #expect(health(running).text.contains(note))
            #expect(
                tasks.cluster.log.entries.contains {
                    $0.message.contains("runtimeprofiles.execution.agenttask.io is not installed")
                }
            )
            try await tasks.submit("none") { $0.spec.runtimeProfile = "own" }
            #expect(try await tasks.waitForEnd("none").reason == "ProfileResolutionFailed")

            try await tasks.install(RuntimeProfile.self)
            try await tasks.profile()
            try await tasks.submit("own") { $0.spec.runtimeProfile = "own" }
            #expect(try await tasks.waitForEnd("own").phase == "Succeeded")
            try await tasks.cluster.wait(for: "the informer") { !health(running).text.contains(note) }
        }
    }

    @Test("while the API server does not tell whether there is one, a task waits and no default answers")
    func outage() async throws {
        try await TaskCluster.run { tasks in
            let cluster = tasks.cluster
            cluster.faults.add(.status(code: 500, reason: "InternalError"), times: .max) {
                $0.method == .get && $0.path?.contains("/runtimeprofiles") == true
            }
            let running = try RunningOperator(in: cluster)
            try await tasks.submit()
            try await cluster.advance(by: .seconds(60))
            #expect(try await tasks.status().phase == nil)
            #expect(!health(running).isHealthy)
            try await tasks.profile("python3.11", image: "own/python")
            cluster.faults.clear()
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
            #expect(try await tasks.pod()?.spec?.containers.first?.image == "own/python")
        }
    }
}

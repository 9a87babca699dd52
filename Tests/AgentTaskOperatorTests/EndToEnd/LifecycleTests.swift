// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import KubernetesNetworking
import Testing

@testable import AgentTaskOperator

@Suite("The life of a task in a cluster", .timeLimit(.minutes(1)))
struct LifecycleTests {
    @Test("goes through its phases, says when, and ends with its exit code and result")
    func success() async throws {
        let script: @Sendable (Pod) -> PodScript = { _ in
            PodScript(startDelay: .seconds(4), ending: .exit(code: 0, after: .seconds(10)), message: #"{"answer":42}"#)
        }
        try await TaskCluster.run(script) { tasks in
            let runner = try RunningOperator(in: tasks.cluster)
            let submitted = try await tasks.submit()
            let scheduled = try await tasks.wait(for: .scheduled)
            #expect(scheduled.podRef?.name == "t-pod")
            #expect(scheduled.attempts == 1)
            #expect(try await tasks.policies() == ["agenttask-isolated", "t-netpol"])
            let running = try await tasks.wait(for: .running)
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Succeeded")
            #expect(status.reason == nil)
            #expect(status.exitCode == 0)
            #expect(status.result?.json == ["answer": 42])
            #expect(status.observedGeneration == submitted.metadata.generation)
            let started = try #require(running.executionStartTime).seconds
            #expect(started - (try #require(status.admittedTime).seconds) == 4)
            #expect(try #require(status.completionTime).seconds - started == 10)
            for type in ConditionType.allCases { #expect(status.condition(type)?.status == "True", "\(type)") }
            #expect(runner.count(phase: "Succeeded", reason: "") == 1)
            let held = MetricSnapshot(of: runner.environment.metrics)[
                "controller_runtime_cache_wait_timeouts_total",
                ["controller": "agenttask"]
            ]
            #expect(held == 0, "each write is one that a cache will see")
            try await tasks.cluster.wait(for: "the events") {
                let events = try await tasks.events()
                return ["PodCreated", "Started", "Succeeded"].allSatisfy(events.contains)
            }
        }
    }

    // MARK: Stopping

    @Test("one that is canceled while it is suspended ends without a pod")
    func cancelSuspended() async throws {
        try await TaskCluster.run { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.spec.suspend = true }
            let waiting = try await tasks.wait(for: .pending)
            #expect(waiting.condition(.admitted)?.reason == "Suspended")
            try await tasks.cancel()
            #expect(try await tasks.waitForEnd().phase == "Canceled")
            #expect(try await tasks.pods().isEmpty)
        }
    }

    @Test("one that is suspended waits for ever, and runs when it is let go")
    func suspended() async throws {
        try await TaskCluster.run { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.spec.suspend = true }
            try await tasks.cluster.advance(by: .seconds(86_400))
            #expect(try await tasks.status().phase == "Pending")
            #expect(try await tasks.pods().isEmpty)
            try await tasks.change(spec: ["suspend": false])
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
        }
    }

    @Test("one that is suspended while it runs runs on")
    func suspendedTooLate() async throws {
        try await TaskCluster.run { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            try await tasks.change(spec: ["suspend": true])
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Succeeded")
            #expect(status.observedGeneration == 2)
        }
    }

    @Test("one that is canceled before a node has taken its pod ends at once, and the pod is gone")
    func cancelUnscheduled() async throws {
        try await TaskCluster.run(nil) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .scheduled)
            try await tasks.cancel()
            #expect(try await tasks.waitForEnd(upTo: .seconds(5)).phase == "Canceled")
            #expect(try await tasks.pods().isEmpty)
        }
    }

    @Test("one that is canceled keeps its pod and so its logs, also when the program ignores SIGTERM")
    func cancelKeepsLogs() async throws {
        try await TaskCluster.run({ _ in .runs(heedsTermination: false) }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            try await tasks.cancel()
            try await tasks.cluster.wait(for: "the stop") { try await tasks.status().condition(.finished)?.reason == "Stopping" }
            #expect(try await tasks.status().phase == "Running")
            let status = try await tasks.waitForEnd(upTo: .seconds(15))
            #expect(status.phase == "Canceled")
            #expect(status.exitCode == 137)
            let pod = try #require(try await tasks.pod())
            #expect(pod.status?.reason == "DeadlineExceeded")
            #expect(pod.metadata.deletionTimestamp == nil)
        }
    }

    @Test("a program that succeeds before the stop reaches it has succeeded")
    func successBeforeStop() async throws {
        try await TaskCluster.run { tasks in
            let first = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            await first.stop()
            try await tasks.cluster.advance(by: .seconds(20))
            try await tasks.cancel()
            _ = try RunningOperator(in: tasks.cluster)
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
        }
    }

    /// Lets the pod run on a node that never says anything about it again.
    private func runOnDeadNode(_ tasks: TaskCluster) async throws {
        _ = try await tasks.admin.create(
            subresource: "binding",
            of: Pod.self,
            name: "t-pod",
            namespace: TaskCluster.namespace,
            body: [
                "apiVersion": "v1", "kind": "Binding", "metadata": ["name": "t-pod"],
                "target": ["kind": "Node", "name": "dead"],
            ]
        )
        let now = tasks.cluster.clock.wallNow.seconds
        try await tasks.change(
            status: [
                "phase": "Running",
                "containerStatuses": [
                    [
                        "name": "task", "image": "i", "imageID": "", "ready": true, "restartCount": 0,
                        "state": ["running": ["startedAt": .string(Time(seconds: now).description)]],
                    ]
                ],
            ]
        )
    }

    @Test("a pod on a node that does not answer is deleted 15 s after its grace, and the task waits for the node")
    func deadNode() async throws {
        try await TaskCluster.run(nil) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            try await tasks.wait(for: .scheduled)
            try await runOnDeadNode(tasks)
            try await tasks.wait(for: .running)
            try await tasks.cancel()
            try await tasks.cluster.advance(by: .seconds(20))
            #expect(try await tasks.pod()?.metadata.deletionTimestamp == nil)
            try await tasks.cluster.advance(by: .seconds(3))
            #expect(try await tasks.pod()?.metadata.deletionTimestamp != nil)
            try await tasks.cluster.advance(by: .seconds(3600))
            let waiting = try await tasks.status()
            #expect(waiting.phase == "Running")
            #expect(waiting.condition(.finished)?.reason == "Stopping")
            #expect(try await tasks.events().contains("Stopping"))
            let options = DeleteOptions(gracePeriodSeconds: 0)
            try await tasks.admin.delete(Pod.self, name: "t-pod", namespace: TaskCluster.namespace, options: options)
            #expect(try await tasks.waitForEnd().phase == "Canceled")
        }
    }

    @Test("a pod that the cluster took from a lost node is not missing: its task lost the node, and is tried again")
    func lostNode() async throws {
        try await TaskCluster.run(nil) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.spec.backoffLimit = 1 }
            try await tasks.wait(for: .scheduled)
            try await runOnDeadNode(tasks)
            try await tasks.wait(for: .running)
            try await tasks.change(
                status: ["conditions": [["type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager"]]]
            )
            try await tasks.deletePod()
            try await tasks.cluster.advance(by: .seconds(40))
            #expect(try await tasks.status().phase == "Running")
            let options = DeleteOptions(gracePeriodSeconds: 0)
            try await tasks.admin.delete(Pod.self, name: "t-pod", namespace: TaskCluster.namespace, options: options)
            let between = try await tasks.wait(for: .pending)
            #expect(between.reason == "NodeLost")
            #expect(between.condition(.admitted)?.reason == "Retrying")
            try await tasks.wait(for: .scheduled)
            #expect(try await tasks.status().podRef?.name == "t-pod-1")
        }
    }

    @Test("a timeout that is lowered while the program runs counts at once")
    func loweredTimeout() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            let running = try await tasks.wait(for: .running)
            try await tasks.change(spec: ["timeoutSeconds": 5])
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Timeout")
            #expect(try #require(status.completionTime).seconds - (try #require(running.executionStartTime).seconds) <= 8)
        }
    }

    @Test("no deadline is lost or early while no operator runs", arguments: [10, 59, 300])
    func deadlinesWithoutOperator(seconds: Int) async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            let first = try RunningOperator(in: tasks.cluster)
            try await tasks.submit()
            let started = try #require(try await tasks.wait(for: .running).executionStartTime).seconds
            await first.stop()
            try await tasks.cluster.advance(by: .seconds(seconds))
            _ = try RunningOperator(in: tasks.cluster)
            let status = try await tasks.waitForEnd()
            #expect(status.phase == "Timeout")
            let ended = try #require(status.completionTime).seconds - started
            #expect(ended >= 60)
            #expect(ended <= max(63, Int64(seconds) + 3))
        }
    }

    // MARK: Waiting

    @Test("one that a quota refuses waits, says so, runs when there is room again, and can be canceled meanwhile")
    func quota() async throws {
        try await TaskCluster.run { tasks in
            let cluster = tasks.cluster
            _ = try RunningOperator(in: cluster)
            cluster.faults.add(
                .status(code: 403, reason: "Forbidden", message: "pods \"t-pod\" is forbidden: exceeded quota: q, used: pods=1"),
                times: .max
            ) { $0.method == .post && $0.path?.hasSuffix("/pods") == true }
            try await tasks.submit()
            try await tasks.submit("u")
            try await cluster.advance(by: .seconds(120))
            let waiting = try await tasks.status()
            #expect(waiting.phase == "Pending")
            #expect(waiting.condition(.admitted)?.reason == "QuotaExceeded")
            #expect(waiting.condition(.admitted)?.message.contains("exceeded quota: q") == true)
            try await tasks.cancel("u")
            #expect(try await tasks.waitForEnd("u").phase == "Canceled")
            cluster.faults.clear()
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
            #expect(try await tasks.pods().map(\.metadata.name) == ["t-pod"])
        }
    }

    @Test("a right that the operator lacks is no failure of the task", arguments: ["pods", "networkpolicies", "configmaps"])
    func missingRight(resource: String) async throws {
        try await TaskCluster.run { tasks in
            let cluster = tasks.cluster
            _ = try RunningOperator(in: cluster)
            let message = #"\#(resource) is forbidden: User "operator" cannot create resource "\#(resource)" in API group """#
            cluster.faults.add(.status(code: 403, reason: "Forbidden", message: message), times: 5) {
                $0.method == .post && $0.path?.hasSuffix("/" + resource) == true
            }
            try await tasks.submit()
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
        }
    }

    @Test("one that takes the name of a task that was just deleted waits for its pod, runs its own code, and adopts nothing")
    func previousRun() async throws {
        try await TaskCluster.run({ _ in .runs(heedsTermination: false) }) { tasks in
            let cluster = tasks.cluster
            _ = try RunningOperator(in: cluster)
            try await tasks.submit()
            try await tasks.wait(for: .running)
            let first = try #require(try await tasks.pod())
            try await tasks.admin.delete(AgentTask.self, name: "t", namespace: TaskCluster.namespace)
            try await tasks.submit { $0.spec.code = TaskCode(source: "print(2)") }
            try await cluster.wait(for: "the wait for the earlier run") {
                try await tasks.status().condition(.admitted)?.reason == "PreviousRunTerminating"
            }
            try await tasks.wait(for: .running)
            let second = try #require(try await tasks.pod())
            #expect(second.metadata.uid != first.metadata.uid)
            #expect(try await tasks.status().podRef?.uid == second.metadata.uid)
            let code = try await tasks.admin.get(ConfigMap.self, name: "t-code", namespace: TaskCluster.namespace)
            #expect(code.data == ["main.py": "print(2)"])
            let owner = try await tasks.admin.get(NetworkPolicy.self, name: "t-netpol", namespace: TaskCluster.namespace)
            #expect(owner.metadata.ownerReferences?.first?.uid == (try await tasks.task().metadata.uid))
        }
    }

    @Test("a namespace that is deleted takes its tasks, and nothing is made in it any more")
    func deletedNamespace() async throws {
        try await TaskCluster.run({ _ in .runs() }) { tasks in
            let cluster = tasks.cluster
            _ = try RunningOperator(in: cluster)
            try await tasks.submit()
            try await tasks.submit("u") { $0.spec.suspend = true }
            try await tasks.wait(for: .running)
            try await tasks.admin.delete(Namespace.self, name: TaskCluster.namespace)
            try await cluster.wait(upTo: .seconds(300), for: "the end of the namespace") {
                try await tasks.admin.list(Namespace.self).items.allSatisfy { $0.metadata.name != TaskCluster.namespace }
            }
            let before = cluster.trace.count
            try await cluster.advance(by: .seconds(600))
            let writes = cluster.trace.lines.suffix(cluster.trace.count - before).filter { $0.contains(" POST ") }
            #expect(writes.filter { !$0.contains("/events") } == [])
        }
    }

    @Test("the finalizer of the former operator is taken away, and only that one")
    func formerFinalizer() async throws {
        try await TaskCluster.run { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            try await tasks.submit { $0.metadata.finalizers = ["a.example.com/keep", TaskNames.formerFinalizer] }
            #expect(try await tasks.waitForEnd().phase == "Succeeded")
            #expect(try await tasks.task().metadata.finalizers == ["a.example.com/keep"])
        }
    }

    // MARK: After the end

    @Test("its pod is kept for its logs and then deleted, the task itself when its time to live has passed")
    func retention() async throws {
        try await TaskCluster.run { tasks in
            let cluster = tasks.cluster
            let first = try RunningOperator(in: cluster, flags: ["--finished-pod-retention", "100"])
            try await tasks.submit { $0.spec.ttlSecondsAfterFinished = 200 }
            try await tasks.waitForEnd()
            try await cluster.advance(by: .seconds(50))
            await first.stop()
            _ = try RunningOperator(in: cluster, flags: ["--finished-pod-retention", "100"])
            try await cluster.advance(by: .seconds(49))
            #expect(try await tasks.pods().count == 1)
            try await cluster.advance(by: .seconds(3))
            #expect(try await tasks.pods().isEmpty)
            try await cluster.advance(by: .seconds(97))
            #expect(try await tasks.task().status?.phase == "Succeeded")
            try await cluster.advance(by: .seconds(10))
            #expect(try await tasks.admin.list(AgentTask.self).items.isEmpty)
            #expect(try await tasks.policies() == ["agenttask-isolated"])
            #expect(
                try await tasks.admin.list(ConfigMap.self, namespace: TaskCluster.namespace).items.allSatisfy {
                    $0.metadata.name != "t-code"
                }
            )
        }
    }

    @Test("a change of its spec after its end is acknowledged by one write, and its phase stays")
    func changedAfterEnd() async throws {
        try await TaskCluster.run { tasks in
            let cluster = tasks.cluster
            _ = try RunningOperator(in: cluster)
            try await tasks.submit()
            try await tasks.waitForEnd()
            try await tasks.cancel()
            try await cluster.wait(for: "the acknowledgement") { try await tasks.status().observedGeneration == 2 }
            let status = try await tasks.status()
            #expect(status.phase == "Succeeded")
            #expect(status.conditions?.allSatisfy { $0.observedGeneration == 2 } == true)
            let revision = try await tasks.task().metadata.resourceVersion
            try await cluster.advance(by: .seconds(60))
            #expect(try await tasks.task().metadata.resourceVersion == revision)
        }
    }

    // MARK: Results

    @Test("results are what the program wrote, and never half of it")
    func results() async throws {
        let fits = "\"" + String(repeating: "x", count: 4_093) + "\""
        let cut = "\"" + String(repeating: "x", count: 4_094) + "\""
        let rows: [(name: String, code: Int32, message: String, available: String, reason: String)] = [
            ("json", 0, #"{"a":[1,null]}"#, "True", "JSON"),
            ("fits", 0, fits, "True", "JSON"),
            ("cut", 0, cut, "False", "ResultTooLarge"),
            ("cut-inside-character", 0, "\u{FFFD}" + String(repeating: "x", count: 4_095), "False", "ResultTooLarge"),
            ("text", 0, "{oops", "False", "InvalidJSON"),
            ("not-utf8", 0, "\u{FFFD}\u{FFFD}", "False", "InvalidJSON"),
            ("none", 0, "", "False", "NoResult"),
            ("failed-json", 1, #"{"why":"bad"}"#, "True", "JSON"),
            ("failed-text", 1, "Traceback\nboom", "False", "NoResult"),
        ]
        let scripts = Dictionary(
            uniqueKeysWithValues: rows.map { ($0.name + "-pod", PodScript.exits($0.code, message: $0.message)) }
        )
        try await TaskCluster.run({ scripts[$0.metadata.name ?? ""] ?? PodScript() }) { tasks in
            _ = try RunningOperator(in: tasks.cluster)
            for row in rows { try await tasks.submit(row.name) }
            for row in rows {
                let status = try await tasks.waitForEnd(row.name)
                #expect(status.exitCode == row.code, "\(row.name)")
                #expect(status.condition(.resultAvailable)?.status == row.available, "\(row.name)")
                #expect(status.condition(.resultAvailable)?.reason == row.reason, "\(row.name)")
                let isWhole = row.available == "True"
                #expect((status.result?.json != nil) == isWhole, "\(row.name)")
                #expect(status.result?.truncated == (row.reason == "ResultTooLarge" ? true : nil), "\(row.name)")
                #expect(
                    status.result?.sizeBytes == (row.reason == "NoResult" ? nil : Int64(row.message.utf8.count)),
                    "\(row.name)"
                )
            }
            #expect(try await tasks.status("failed-text").logTail == "Traceback\nboom")
            #expect(try await tasks.status("failed-text").message == "The program ended with exit code 1. boom")
        }
    }
}

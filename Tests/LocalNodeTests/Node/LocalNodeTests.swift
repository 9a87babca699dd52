// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesClient
import KubernetesCoordination
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import LocalNode

@Suite("A local node in a cluster", .needsSandboxes, .timeLimit(.minutes(2)))
struct LocalNodeTests {
    private static let sleeper = "import time\nprint('up', flush=True)\ntime.sleep(100)"
    private static let deaf = """
        import signal, time
        signal.signal(signal.SIGTERM, lambda *_: print('no', flush=True))
        print('up', flush=True)
        while True: time.sleep(1)
        """

    @Test("a pod runs from creation to its end, with result, log and conditions")
    func endToEnd() async throws {
        try await NodeFixture.run { fixture, node in
            let program = String(decoding: try SandboxFixture.example("hello.py"), as: UTF8.self)
            try await fixture.createPod("hello", program)
            let (pod, terminated) = try await fixture.end("hello")
            #expect(pod.status?.phase == "Succeeded")
            #expect(terminated?.exitCode == 0)
            #expect(terminated?.message == #"{"greeting": "hello"}"#)
            #expect(pod.status?.conditions?.first { $0.type == "PodScheduled" }?.status == "True")
            #expect(try await fixture.log(pod, node) == "Hello from the secure sandbox!\n")
        }
    }

    @Test("the node shows itself with a lease")
    func nodeObject() async throws {
        try await NodeFixture.run { fixture, _ in
            try await fixture.createPod("first", "pass")
            _ = try await fixture.end("first")
            let node = try await fixture.client.get(Node.self, name: "local")
            #expect(node.status?.conditions?.first { $0.type == "Ready" }?.status == "True")
            #expect(node.metadata.labels?["agenttask.io/profile-python"] == "true")
            #expect(node.metadata.labels?["agenttask.io/profile-python2"] == nil)
            let lease = try await fixture.client.get(Lease.self, name: "local", namespace: "kube-node-lease")
            #expect(lease.spec?.holderIdentity == "local")
            #expect(lease.spec?.renewTime != nil)
        }
    }

    @Test("a traceback is the message of a failure that left no result")
    func failure() async throws {
        try await NodeFixture.run { fixture, _ in
            try await fixture.createPod("fails", String(decoding: try SandboxFixture.example("failure.py"), as: UTF8.self))
            let (pod, terminated) = try await fixture.end("fails")
            #expect(pod.status?.phase == "Failed")
            #expect(terminated?.exitCode == 1)
            #expect(terminated?.reason == "Error")
            #expect(terminated?.message?.contains("ValueError: cannot divide by zero") == true)
        }
    }

    @Test("a command that does not exist is a StartError with 128")
    func startError() async throws {
        try await NodeFixture.run { fixture, _ in
            try await fixture.createPod("nocommand", "pass", command: #"["no-such-program"]"#)
            let (_, terminated) = try await fixture.end("nocommand")
            #expect(terminated?.reason == "StartError")
            #expect(terminated?.exitCode == 128)
            #expect(terminated?.startedAt == Time(seconds: 0))
        }
    }

    @Test("an image without interpreter waits, and says what to install and what runs here")
    func image() async throws {
        try await NodeFixture.run { fixture, _ in
            try await fixture.createPod("old", "pass", image: "python:2.7")
            let pod = try await fixture.wait("old") {
                $0?.status?.containerStatuses?.first?.state?.waiting?.reason == "ErrImagePull"
            }
            let message = pod?.status?.containerStatuses?.first?.state?.waiting?.message ?? ""
            #expect(message.contains("install Python 2.7 from a museum"))
            #expect(message.contains("it can run the profiles python"))
        }
    }

    @Test("a deadline lowered on a running pod stops it: SIGTERM, grace, SIGKILL, logs kept")
    func deadline() async throws {
        try await NodeFixture.run { fixture, node in
            try await fixture.createPod("deaf", Self.deaf, extraSpec: #""activeDeadlineSeconds": 600,"#)
            let running = try #require(try await fixture.wait("deaf") { $0?.status?.phase == "Running" })
            let follow = try await node.logs(podUID: running.metadata.uid ?? "", container: "task", query: LogQuery(follow: true))
            _ = try await follow.next()
            _ = try await fixture.client.patch(
                Pod.self,
                name: "deaf",
                namespace: NodeFixture.namespace,
                .merge(["spec": ["activeDeadlineSeconds": 1]])
            )
            let (pod, terminated) = try await fixture.end("deaf")
            #expect(pod.status?.reason == "DeadlineExceeded")
            #expect(terminated?.exitCode == 137)
            #expect(terminated?.startedAt.map { $0 > Time(seconds: 0) } == true)
            #expect(try await fixture.log(pod, node) == "up\nno\n")
            while try await follow.next() != nil {}
        }
    }

    @Test("a deleted pod is stopped and then gone, with nothing of it left on the node")
    func deletion() async throws {
        try await NodeFixture.run { fixture, node in
            try await fixture.createPod("victim", Self.sleeper)
            let pod = try #require(try await fixture.wait("victim") { $0?.status?.phase == "Running" })
            let follow = try await node.logs(podUID: pod.metadata.uid ?? "", container: "task", query: LogQuery(follow: true))
            try await fixture.client.delete(
                Pod.self,
                name: "victim",
                namespace: NodeFixture.namespace,
                options: DeleteOptions(gracePeriodSeconds: 1)
            )
            try await fixture.wait("victim") { $0 == nil }
            while try await follow.next() != nil {}
        }
    }

    @Test("a missing ConfigMap is waited for by name")
    func missingConfigMap() async throws {
        try await NodeFixture.run { fixture, _ in
            var pod = try PodFixtures.taskPod(name: "nocode")
            pod.metadata.uid = nil
            pod.spec?.nodeName = nil
            _ = try await fixture.client.create(pod)
            let waiting = try await fixture.wait("nocode") {
                $0?.status?.containerStatuses?.first?.state?.waiting?.reason == "CreateContainerConfigError"
            }
            #expect(waiting?.status?.containerStatuses?.first?.state?.waiting?.message == #"configmap "hello-code" not found"#)
            #expect(waiting?.status?.phase == "Pending")
        }
    }

    @Test("what ran when the node ended is NodeLost in its next life, its log kept, its process gone")
    func restart() async throws {
        try await NodeFixture.runCluster { fixture in
            let process = Locked<pid_t>(0)
            try await fixture.withNode { node in
                try await fixture.createPod("survivor", Self.sleeper)
                let pod = try #require(try await fixture.wait("survivor") { $0?.status?.phase == "Running" })
                let follow = try await node.logs(podUID: pod.metadata.uid ?? "", container: "task", query: LogQuery(follow: true))
                _ = try await follow.next()
                let record = try #require(TextFile.text("\(fixture.directory)/pods/\(pod.metadata.uid ?? "")/sandbox"))
                process.withLock { $0 = SandboxRecord(text: record)?.process ?? 0 }
            }
            // Gone already, or about to be.
            if let ended = try? Descriptor.process(process.withLock { $0 }) {
                var waiting = pollfd(fd: ended.number, events: Int16(POLLIN), revents: 0)
                #expect(poll(&waiting, 1, 10_000) == 1)
            }
            try await fixture.withNode { node in
                let (pod, terminated) = try await fixture.end("survivor")
                #expect(pod.status?.reason == "NodeLost")
                #expect(terminated?.reason == "ContainerStatusUnknown")
                #expect(try await fixture.log(pod, node) == "up\n")
            }
        }
    }

    @Test("fifty pods at once all end")
    func many() async throws {
        try await NodeFixture.run { fixture, _ in
            try await withThrowingTaskGroup(of: String?.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await fixture.createPod("many-\(number)", "print(\(number))")
                        return try await fixture.end("many-\(number)").pod.status?.phase
                    }
                }
                for try await phase in group { #expect(phase == "Succeeded") }
            }
        }
    }
}

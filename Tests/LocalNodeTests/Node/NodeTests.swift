// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta
import Testing

@testable import KubernetesCore
@testable import LocalNode

@Suite("What the node keeps and tells about itself")
struct NodeTests {
    private func node(profiles: [String]) -> NodeObject {
        NodeObject(
            name: "local",
            capacity: HostCapacity(processors: 2, memory: 8 << 30, pods: 250),
            profiles: profiles,
            boundsProcessors: false,
            now: Time(seconds: 50)
        )
    }

    @Test("the Node tells capacity, runnable profiles, and that processors are not bounded")
    func object() {
        let object = node(profiles: ["python3.11"]).node()
        #expect(object.status?.allocatable?["cpu"] == Quantity(2))
        #expect(object.status?.conditions?.first?.type == "Ready")
        #expect(object.metadata.labels?["agenttask.io/profile-python3.11"] == "true")
        #expect(object.metadata.annotations?["agenttask.io/limits"]?.contains("cpu: not enforced") == true)
    }

    @Test("a heartbeat does not change since when the node is ready")
    func heartbeat() {
        var first = node(profiles: []).status(previous: nil)
        first.conditions?[0].lastTransitionTime = Time(seconds: 7)
        let second = node(profiles: []).status(previous: first)
        #expect(second.conditions?[0].lastTransitionTime == Time(seconds: 7))
        #expect(second.conditions?[0].lastHeartbeatTime == Time(seconds: 50))
    }

    @Test("a record survives being written, and a name with parentheses does not confuse it")
    func record() {
        let record = SandboxRecord(process: 42, startTicks: 1234, boot: "b-1")
        #expect(SandboxRecord(text: record.text) == record)
        #expect(SandboxRecord(text: "1 2 3") == nil)
        #expect(SandboxRecord(text: "junk") == nil)
        let fields = (3...52).map(String.init).joined(separator: " ")
        #expect(SandboxRecord.startTicks(stat: "7 (a) b) \(fields)") == 22)
    }

    @Test("a sweep kills the recorded process and not another one that has its number")
    func sweep() throws {
        var template = Array("/tmp/agenttask-state-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Directory.remove(directory) }
        let state = try NodeState(directory: directory)
        var children: [pid_t] = []
        for _ in 0..<2 {
            var child: pid_t = 0
            let words: [String] = ["sleep", "100"]
            let arguments = words.map { word in strdup(word) } + [nil]
            defer { for argument in arguments { free(argument) } }
            #expect(posix_spawn(&child, "/usr/bin/sleep", nil, nil, arguments, nil) == 0)
            children.append(child)
        }
        let first = try #require(SandboxRecord(of: children[0]))
        var second = try #require(SandboxRecord(of: children[1]))
        second.startTicks += 1
        for (uid, record) in [("one", first), ("two", second)] {
            try state.prepare(uid: uid)
            try state.write(record, uid: uid)
        }
        #expect(state.wasStarted(uid: "one"))
        state.sweep()
        var status: Int32 = 0
        #expect(waitpid(children[0], &status, 0) == children[0])
        #expect(status & 0x7f == SIGKILL)
        #expect(waitpid(children[1], &status, WNOHANG) == 0)
        kill(children[1], SIGKILL)
        #expect(waitpid(children[1], &status, 0) == children[1])
    }
}

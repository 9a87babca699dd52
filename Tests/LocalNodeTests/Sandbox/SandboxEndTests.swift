// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox
import Glibc
import Testing

@testable import LocalNode

@Suite("The end of a node", .needsSandboxes, .timeLimit(.minutes(1)))
struct SandboxEndTests {
    @Test("stopping the host ends running sandboxes, their logs and their followers")
    func stop() async throws {
        let fixture = try SandboxFixture()
        let sandbox = try await fixture.start(SandboxFixture.python("import time\nprint('up')\ntime.sleep(100)"))
        await sandbox.wrote("up")
        fixture.host.stop()
        while true {
            let extent = sandbox.log.extent
            if extent.isEnded { break }
            await sandbox.log.waitForChange(since: extent.version)
        }
        #expect(sandbox.text == "up\n")
        var waiting = pollfd(fd: sandbox.process.programHandle.number, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 10_000) == 1)
    }

    @Test("a sandbox that cannot be set up says what bubblewrap said, and leaves nothing running")
    func failedSetUp() async throws {
        let fixture = try SandboxFixture()
        var plan = SandboxFixture.plan(["true"])
        plan.mounts.append(.host(source: "/no/such/place", path: "/place"))
        let error = await #expect(throws: LocalNodeError.self) { try await fixture.start(plan) }
        #expect(error?.code == .launch)
        #expect(error?.message.contains("/no/such/place") == true, "\(error?.message ?? "")")
    }

    @Test("a bubblewrap that ends before it reports anything is noticed at once, in its own words")
    func earlyEnd() async throws {
        let fixture = try SandboxFixture()
        var plan = SandboxFixture.plan(["true"])
        // Refused while the options are read, so no process is ever reported.
        plan.hostname = ""
        plan.workingDirectory = "/"
        plan.mounts = [.link(target: "", path: "")]
        plan.messagePath = ""
        let started = ContinuousClock.now
        let error = await #expect(throws: LocalNodeError.self) { try await fixture.start(plan) }
        #expect(started.duration(to: .now) < .seconds(8))
        #expect(error?.message.contains("bwrap: ") == true, "\(error?.message ?? "")")
    }

    @Test("a sandbox whose record cannot be written does not start its program")
    func refusedRelease() async throws {
        let fixture = try SandboxFixture()
        let log = try fixture.newLog()
        await #expect(throws: LocalNodeError(.state, "disk full")) {
            try await fixture.host.start(
                SandboxFixture.plan(["sh", "-c", "echo ran"]),
                log: log,
                name: "t",
                beforeRelease: { _ throws(LocalNodeError) in throw LocalNodeError(.state, "disk full") },
                onExit: { _ in Issue.record("the sandbox was reported") }
            )
        }
        #expect(log.extent.segments.sizes == [0])
    }
}

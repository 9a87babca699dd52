// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta
import Testing

@testable import LocalNode

@Suite("A program in a sandbox", .needsSandboxes, .timeLimit(.minutes(2)))
struct SandboxRunTests {
    let fixture: SandboxFixture

    init() throws { fixture = try SandboxFixture() }

    @Test(
        "the examples print their line and leave their result",
        arguments: [
            ("hello.py", "python3"), ("hello.js", "node"), ("hello.sh", "bash"),
        ].filter { $0.1 != "node" || SandboxAvailability.hasProgram("node") }
    )
    func hello(name: String, interpreter: String) async throws {
        let plan = SandboxFixture.plan([interpreter, "/workspace/main"], files: ["main": try SandboxFixture.example(name)])
        let (exit, log) = try await fixture.run(plan)
        #expect(log == "Hello from the secure sandbox!\n")
        #expect(exit.exitCode == 0)
        #expect(exit.startFailure == nil)
        #expect(String(decoding: exit.message, as: UTF8.self).filter { $0 != " " } == #"{"greeting":"hello"}"#)
    }

    @Test("the exit code is the program's own", arguments: [Int32(0), 1, 3, 41, 255])
    func exitCode(_ code: Int32) async throws {
        let (exit, _) = try await fixture.run(SandboxFixture.plan(["sh", "-c", "exit \(code)"]))
        #expect(exit.exitCode == code)
        #expect(exit.startFailure == nil)
    }

    @Test("a signal's exit code is 128 and its number")
    func signals() async throws {
        let (exit, _) = try await fixture.run(SandboxFixture.python("import os; os.abort()"))
        #expect(exit.exitCode == 139)
        let killed = try await fixture.start(SandboxFixture.plan(["sleep", "100"]))
        killed.process.kill()
        #expect(try await killed.ended().exitCode == 137)
    }

    @Test("a command that does not exist is a start failure, not an exit code of the program")
    func startFailure() async throws {
        let (exit, _) = try await fixture.run(SandboxFixture.plan(["no-such-program"]))
        #expect(exit.startFailure?.contains("no-such-program") == true)
        #expect(exit.startFailure?.contains("No such file or directory") == true)
    }

    @Test("as process 1 it ignores a SIGTERM that it does not handle, and handles one that it does")
    func termination() async throws {
        let deaf = try await fixture.start(SandboxFixture.python("import time; print('up'); time.sleep(100)"))
        await deaf.wrote("up")
        deaf.process.terminate()
        deaf.process.kill()
        #expect(try await deaf.ended().exitCode == 137)

        let plan = SandboxFixture.plan(
            ["python3", "/workspace/main.py", "100"],
            files: ["main.py": try SandboxFixture.example("sleeper.py")]
        )
        let polite = try await fixture.start(plan)
        await polite.wrote("sleeping")
        polite.process.terminate()
        #expect(try await polite.ended().exitCode == 143)
        #expect(polite.text.hasSuffix("asked to stop, stopping\n"))
    }

    @Test("no leak is found by the probe")
    func securityProbe() async throws {
        let plan = SandboxFixture.plan(
            ["python3", "/workspace/main.py"],
            files: ["main.py": try SandboxFixture.example("security-probe.py")]
        )
        let (exit, log) = try await fixture.run(plan)
        #expect(!log.contains("LEAK: "), "\(log)")
        #expect(exit.exitCode == 0, "\(log)")
        #expect(log.split(separator: "\n").count { $0.hasPrefix("ok: ") } > 60)
    }

    @Test("a fork bomb stops at the sandbox's own limit and ends with the sandbox")
    func forkBomb() async throws {
        let plan = SandboxFixture.plan(
            ["python3", "/workspace/main.py", "--fork-bomb"],
            files: ["main.py": try SandboxFixture.example("security-probe.py")]
        )
        let sandbox = try await fixture.start(plan)
        let exit = try await sandbox.ended()
        #expect(exit.exitCode == 0, "\(sandbox.text)")
        #expect(sandbox.text.contains("ok: a fork bomb ends at 63 children (EAGAIN)"), "\(sandbox.text)")
        #expect(TextFile.text("/proc/\(sandbox.process.program)/status") == nil)
    }

    @Test("shared memory beyond the limit, which no process limit counts, is killed as out of memory")
    func memoryHog() async throws {
        let plan = SandboxFixture.plan(
            ["python3", "/workspace/main.py", "--memory-hog"],
            files: ["main.py": try SandboxFixture.example("security-probe.py")]
        )
        let (exit, log) = try await fixture.run(plan)
        #expect(exit.isOutOfMemory, "\(log)")
        #expect(exit.exitCode == 137)
    }

    @Test("many processes that are each below the limit but not together are killed as out of memory")
    func memoryOfAll() async throws {
        let (exit, log) = try await fixture.run(
            SandboxFixture.python(
                """
                import os, time
                for n in range(4):
                    if os.fork() == 0:
                        kept = bytearray(os.urandom(1 << 20) * 100)
                        time.sleep(60)
                        os._exit(0)
                time.sleep(60)
                """
            )
        )
        #expect(exit.isOutOfMemory, "\(log)")
    }

    @Test("memory that a forked child shares with its parent counts once")
    func sharedMemoryCountsOnce() async throws {
        let (exit, log) = try await fixture.run(
            SandboxFixture.python(
                """
                import os, time
                kept = bytearray(os.urandom(1 << 20) * 100)
                children = [os.fork() for _ in range(3)]
                if 0 in children:
                    time.sleep(1.2); os._exit(0)
                for child in children: os.waitpid(child, 0)
                print("done")
                """
            )
        )
        #expect(log == "done\n")
        #expect(!exit.isOutOfMemory)
    }

    @Test("one process that asks for more than the limit at once is refused")
    func memoryAtOnce() async throws {
        let (exit, log) = try await fixture.run(SandboxFixture.python("bytearray(400 << 20)"))
        #expect(log.contains("MemoryError"))
        #expect(exit.exitCode == 1)
    }

    @Test("the result file cannot be replaced, and its newest 4096 bytes are the message")
    func result() async throws {
        let (exit, log) = try await fixture.run(
            SandboxFixture.python(
                """
                import os
                open('other', 'w').write('x')
                try: os.rename('other', 'result.json')
                except OSError as error: print(error.errno)
                open('result.json', 'w').write('a' * 5000 + 'end')
                """
            )
        )
        #expect(log == "16\n")
        #expect(exit.message.count == 4096)
        #expect(exit.message.suffix(4) == Array("aend".utf8)[...])
    }

    @Test("artifacts stay readable after the end, and a symbolic link among them leads nowhere")
    func artifacts() async throws {
        let sandbox = try await fixture.start(
            SandboxFixture.python(
                """
                import os
                open('report.txt', 'w').write('kept')
                os.symlink('/etc/passwd', 'link')
                """
            )
        )
        _ = try await sandbox.ended()
        let directory = try #require(sandbox.process.volumes["/workspace/artifacts"])
        let file = try Descriptor.open("report.txt", beneath: directory, O_RDONLY)
        #expect(TextFile.contents(of: file.number, upTo: 100) == Array("kept".utf8))
        #expect(throws: LocalNodeError.self) {
            try Descriptor.open("link", beneath: directory, O_RDONLY)
        }
    }

    @Test("from outside, its user is an unprivileged one, and another one than its neighbour's when the node is root")
    func hostUser() async throws {
        let first = try await fixture.start(SandboxFixture.plan(["sleep", "100"]))
        let second = try await fixture.start(SandboxFixture.plan(["sleep", "100"]))
        let users = try [first, second].map { sandbox in
            let map = try #require(TextFile.text("/proc/\(sandbox.process.program)/uid_map"))
            return try #require(UInt32(map.split(whereSeparator: \.isWhitespace)[1]))
        }
        #expect(!users.contains(0))
        if geteuid() == 0 { #expect(users[0] != users[1]) } else { #expect(users == [geteuid(), geteuid()]) }
        let groups = TextFile.text("/proc/\(first.process.program)/status")?.split(separator: "\n").first {
            $0.hasPrefix("Groups:")
        }
        if geteuid() == 0 { #expect(groups?.split(separator: ":").last?.allSatisfy(\.isWhitespace) ?? true) }
        for sandbox in [first, second] {
            sandbox.process.kill()
            _ = try await sandbox.ended()
        }
    }

    @Test("secrets of the environment are not on any command line of the host")
    func commandLine() async throws {
        var plan = SandboxFixture.plan(["sleep", "100"])
        plan.environment.append(EnvironmentVariable(name: "TOKEN", value: "sesame-in-the-open"))
        let sandbox = try await fixture.start(plan)
        for pid in [sandbox.process.starter, sandbox.process.program] {
            let line = try #require(TextFile.text("/proc/\(pid)/cmdline"))
            #expect(!line.contains("sesame"))
        }
        sandbox.process.kill()
        _ = try await sandbox.ended()
    }

    @Test("everything ends when the node's threads end")
    func endOfNode() async throws {
        let sandbox = try await fixture.start(
            SandboxFixture.python(
                "import os, time\nos.fork()\nos.setsid() if os.getpid() != 1 else 0\nprint('up'); time.sleep(100)"
            )
        )
        await sandbox.wrote("up")
        fixture.host.stop()
        var waiting = pollfd(fd: sandbox.process.programHandle.number, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 10_000) == 1)
    }

    @Test("a hundred sandboxes at once all end")
    func many() async throws {
        try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<100 {
                group.addTask { [fixture] in
                    try await fixture.run(SandboxFixture.plan(["sh", "-c", "echo $$; exit 7"])).exit.exitCode
                }
            }
            for try await code in group { #expect(code == 7) }
        }
    }
}

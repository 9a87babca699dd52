// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta
import Testing

@testable import LocalNode

/// Runs programs in sandboxes the way the node does, without Kubernetes.
final class SandboxFixture: Sendable {
    let host: SandboxHost
    let directory: String

    init() throws {
        var template = Array("/tmp/agenttask-node-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let facts = HostFacts.current()
        host = try SandboxHost(bubblewrap: try #require(facts.bubblewrap), name: "test-\(getpid())", wallNow: Self.now)
    }

    deinit {
        host.stop()
        Directory.remove(directory)
    }

    /// A log of its own for each sandbox.
    func newLog() throws -> ContainerLog {
        let path = "\(directory)/\(UInt64.random(in: 0 ... .max))"
        try Directory.make(path)
        return ContainerLog(directory: path)
    }

    static let now: @Sendable () -> MicroTime = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return MicroTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// The plan of a task pod with this program.
    static func plan(_ command: [String], files: [String: [UInt8]] = [:], limits: SandboxLimits = .test) -> SandboxPlan {
        SandboxPlan(
            hostname: "task-pod",
            command: command,
            environment: [
                EnvironmentVariable(name: "PATH", value: "/usr/local/bin:/usr/bin:/bin"),
                EnvironmentVariable(name: "HOME", value: "/tmp"),
                EnvironmentVariable(name: "TMPDIR", value: "/tmp"),
                EnvironmentVariable(name: "PYTHONUNBUFFERED", value: "1"),
                EnvironmentVariable(name: "AGENTTASK_RESULT_PATH", value: "/workspace/artifacts/result.json"),
                EnvironmentVariable(name: "AGENTTASK_ARTIFACTS_DIR", value: "/workspace/artifacts"),
            ],
            workingDirectory: "/workspace/artifacts",
            mounts: [
                .readOnly(path: "/workspace", files: files.map { SandboxFile(name: $0.key, bytes: $0.value) }),
                .scratch(path: "/tmp", size: 64 << 20, countsAsMemory: false),
                .scratch(path: "/workspace/artifacts", size: 100 << 20, countsAsMemory: false),
            ],
            messagePath: "/workspace/artifacts/result.json",
            limits: limits,
            system: HostSystem.current()
        )
    }

    static func python(_ source: String, arguments: [String] = [], limits: SandboxLimits = .test) -> SandboxPlan {
        plan(["python3", "/workspace/main.py"] + arguments, files: ["main.py": Array(source.utf8)], limits: limits)
    }

    /// Starts a sandbox; `ended` waits for its end.
    func start(_ plan: SandboxPlan) async throws -> StartedSandbox {
        let ends = AsyncStream<SandboxExit>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let log = try newLog()
        let process = try await host.start(
            plan,
            log: log,
            name: "t",
            beforeRelease: { _ in },
            onExit: { ends.continuation.yield($0) }
        )
        return StartedSandbox(process: process, log: log, ends: ends.stream)
    }

    /// Runs a sandbox to its end.
    func run(_ plan: SandboxPlan) async throws -> (exit: SandboxExit, log: String) {
        let sandbox = try await start(plan)
        let exit = try await sandbox.ended()
        return (exit, sandbox.text)
    }

    /// A file of `examples/`.
    static func example(_ name: String) throws -> [UInt8] {
        let here = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return try #require(TextFile.bytes("/\(here)/examples/\(name)", upTo: 1 << 20), "examples/\(name) is missing")
    }
}

/// A sandbox that was started.
struct StartedSandbox: Sendable {
    let process: SandboxProcess
    let log: ContainerLog
    let ends: AsyncStream<SandboxExit>

    func ended() async throws -> SandboxExit {
        for await exit in ends { return exit }
        throw CancellationError()
    }

    /// What the program has written.
    var text: String {
        let extent = log.extent
        var reader = ContainerLogReader(directory: log.directory, extent: extent, query: LogQuery())
        var bytes: [UInt8] = []
        while case let more = reader.next(extent), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until the program has written `text`.
    func wrote(_ expected: String) async {
        while true {
            let extent = log.extent
            if text.contains(expected) || extent.isEnded { return }
            await log.waitForChange(since: extent.version)
        }
    }
}

extension SandboxLimits {
    static let test = SandboxLimits(processes: 64, memory: 256 << 20)
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedClusterServer
import Foundation
import KubernetesClient
import KubernetesJSON
import Testing

@testable import LocalCluster

@Suite("Starting and stopping from outside", .timeLimit(.minutes(1)))
struct LocalClusterControlTests {
    let temporary: TemporaryDirectory
    var state: String { temporary.file("state") }
    var options: LocalClusterOptions { LocalClusterOptions(stateDirectory: state) }

    init() throws { temporary = try TemporaryDirectory() }

    /// A control whose background process is a shell script.
    func control() -> LocalClusterControl {
        LocalClusterControl(
            options: options,
            kubeconfig: temporary.file("config"),
            environment: [:],
            executable: "/bin/sh"
        )
    }

    static let record = #"{"pid":4242,"port":4343,"runsNode":false,"version":"test"}"#

    @Test("a process that reports ready is a cluster: its context is in the kubeconfig, its record in the state directory")
    func ready() async throws {
        let start = try await control().up(command: ["-c", "echo '\(Self.record)' >&3"])
        #expect(!start.wasRunning)
        #expect(start.pid == 4242)
        #expect(start.server == "https://127.0.0.1:4343")
        let config = try Kubeconfig.read(temporary.file("config"))
        #expect(config.currentContext == start.context)
        #expect(config.entry(start.context, in: .clusters)?["server"] == "https://127.0.0.1:4343")
        let token = try temporary.read("state/token").trimmingCharacters(in: .newlines)
        #expect(config.entry(start.context, in: .users)?["token"]?.string == token)
        #expect(try temporary.mode("state") == 0o700)
        #expect(try LocalState(state).record()?.kubeconfig == temporary.file("config"))
    }

    @Test("the process has a session of its own, reads nothing, writes to the log, and inherits no descriptor but the report's")
    func process() async throws {
        let script =
            "ls /proc/self/fd | tr '\\n' ' '; readlink /proc/$$/fd/0; cut -d' ' -f6 /proc/$$/stat; echo $$; echo '\(Self.record)' >&3"
        _ = try await control().up(command: ["-c", script])
        let lines = try temporary.read("state/cluster.log").split(separator: "\n").map(String.init)
        try #require(lines.count == 3)
        // 4 is the directory that ls reads.
        #expect(lines[0] == "0 1 2 3 4 /dev/null")
        #expect(lines[1] == lines[2])
        #expect(try temporary.mode("state/cluster.log") == 0o600)
    }

    @Test("the reason that the process reports is the error, and the kubeconfig is not touched")
    func failed() async throws {
        let error = await #expect(throws: LocalClusterError.self) {
            try await control().up(command: ["-c", #"echo noise >&2; echo '{"error":"port 1 is in use"}' >&3; exit 1"#])
        }
        #expect(error?.code == .start)
        #expect(error?.message == "port 1 is in use")
        #expect(error?.log.isEmpty == true)
        #expect(!temporary.exists("config"))
    }

    @Test("a process that ends without a word is an error with the end of its log")
    func ended() async throws {
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        try temporary.write("state/cluster.log", "of an earlier run\n")
        let error = await #expect(throws: LocalClusterError.self) {
            try await control().up(command: ["-c", "for i in 1 2 3; do echo line $i >&2; done; kill -9 $$"])
        }
        #expect(error?.code == .start)
        #expect(error?.message.contains("cluster.log") == true)
        #expect(error?.log == "line 1\nline 2\nline 3")
    }

    @Test("a cluster that is being started is told apart from one that fails")
    func held() async throws {
        let lock = try FileLock(path: try LocalState(state).lock)
        let error = await #expect(throws: LocalClusterError.self) { try await control().up(command: ["-c", "exit 1"]) }
        #expect(error?.code == .running)
        #expect(error?.message.contains("agentctl local down") == true)
        lock.release()
    }

    @Test("a broken kubeconfig is found before anything is started")
    func brokenKubeconfig() async throws {
        try temporary.write("config", "kind: [")
        let error = await #expect(throws: LocalClusterError.self) {
            try await control().up(command: ["-c", "touch \(temporary.file("started"))"])
        }
        #expect(error?.code == .kubeconfig)
        #expect(!temporary.exists("started"))
    }

    @Test("down without a cluster takes a context that was left behind out, but not that of another cluster")
    func downWithoutCluster() async throws {
        _ = try await control().up(command: ["-c", "echo '\(Self.record)' >&3"])
        #expect(try await control().down() == .notRunning)
        #expect(try Kubeconfig.read(temporary.file("config")).names(in: .contexts).isEmpty)
        _ = try await control().up(command: ["-c", "echo '\(Self.record)' >&3"])
        try await KubeconfigEditor(path: temporary.file("config"), time: .system).edit { config in
            KubeconfigContext(server: "https://127.0.0.1:1", authority: "x", token: "y").merge(into: &config)
            return true
        }
        #expect(try await control().down() == .notRunning)
        #expect(try Kubeconfig.read(temporary.file("config")).names(in: .contexts) == [KubeconfigContext.name])
    }

    @Test("the status of nothing is that nothing runs")
    func statusOfNothing() async throws {
        let status = try await control().status()
        #expect(status.pid == nil)
        #expect(!status.isReady)
        #expect(status.server == nil)
    }

    @Test(
        "options that cannot be are refused with what to write",
        arguments: [
            LocalClusterOptions(stateDirectory: "relative"), LocalClusterOptions(stateDirectory: "/x", replicas: 10),
            LocalClusterOptions(stateDirectory: "/x", port: 65536),
            LocalClusterOptions(stateDirectory: "/x", auditLog: "audit.log"),
        ]
    )
    func badOptions(options: LocalClusterOptions) {
        let error = #expect(throws: LocalClusterError.self) { try options.validate() }
        #expect(error?.code == .options)
    }

    @Test("options survive the way to the process", arguments: [nil, 0, 6443])
    func argument(port: Int?) throws {
        let options = LocalClusterOptions(
            stateDirectory: "/a \"b\"",
            port: port,
            replicas: 0,
            runsNode: false,
            auditLog: "/a",
            logLevel: "debug"
        )
        #expect(try LocalClusterOptions(argument: options.argument) == options)
        #expect(throws: LocalClusterError.self) { try LocalClusterOptions(argument: "{}") }
        #expect(throws: LocalClusterError.self) { try LocalClusterOptions(argument: "garbage") }
    }

    @Test(
        "the state directory follows the XDG specification",
        arguments: [
            (["XDG_STATE_HOME": "/s", "HOME": "/h"], "/s/agenttask"),
            (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/agenttask"),
            (["HOME": "/h"], "/h/.local/state/agenttask"),
        ] as [([String: String], String)]
    )
    func stateDirectory(environment: [String: String], expected: String) throws {
        #expect(try LocalClusterOptions.defaultStateDirectory(environment: environment) == expected)
        #expect(throws: LocalClusterError.self) { try LocalClusterOptions.defaultStateDirectory(environment: [:]) }
    }
}

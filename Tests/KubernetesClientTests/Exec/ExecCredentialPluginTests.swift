// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import KubernetesJSON
import Testing

@testable import KubernetesClient

@Suite("A credential plugin", TLSTools.condition, .timeLimit(.minutes(1)))
struct ExecCredentialPluginTests {
    private static func cluster() throws -> ClientConfiguration {
        var configuration = ClientConfiguration(
            server: try ServerURL("https://10.0.0.1:6443"),
            tls: TLSConfiguration(certificateAuthority: Array("PEM".utf8), serverName: "api.test"),
            proxy: "http://proxy:3128"
        )
        configuration.tls.skipsVerification = false
        return configuration
    }

    private func problem(_ plugin: ExecCredentialPlugin, hasTerminal: Bool = false) async throws -> ExecCredentialError {
        let cluster = try Self.cluster()
        return try #require(
            await #expect(throws: ExecCredentialError.self) { try await plugin.run(for: cluster, hasTerminal: hasTerminal) }
        )
    }

    @Test("is run with its arguments and variables, and what it prints is taken")
    func output() async throws {
        let fixture = try ExecFixture(#"print(sys.argv[1:], os.environ["A"], os.environ["HOME"], sys.stdin.read(), end="")"#)
        var plugin = fixture.plugin
        plugin.arguments += ["one", "two three"]
        plugin.environment = ["A": "b=c", "HOME": "/elsewhere", "KUBERNETES_EXEC_INFO": "not this"]
        let output = try await plugin.run(for: try Self.cluster())
        #expect(String(decoding: output, as: UTF8.self) == "['one', 'two three'] b=c /elsewhere ")
    }

    @Test("is told what is asked, and of the cluster only where the kubeconfig says so")
    func info() async throws {
        let fixture = try ExecFixture("answer(token='t')")
        var plugin = fixture.plugin
        plugin.clusterConfiguration = ["audience": "x"]
        plugin.apiVersion = .v1beta1
        _ = try await plugin.run(for: try Self.cluster())
        plugin.providesClusterInfo = true
        _ = try await plugin.run(for: try Self.cluster())
        let runs = try fixture.runs.map { try JSONValue(parsing: $0) }
        let version = "client.authentication.k8s.io/v1beta1"
        #expect(runs.first == ["kind": "ExecCredential", "apiVersion": .string(version), "spec": ["interactive": false]])
        #expect(
            runs.last?["spec"]?["cluster"] == [
                "server": "https://10.0.0.1:6443", "tls-server-name": "api.test", "certificate-authority-data": "UEVN",
                "proxy-url": "http://proxy:3128", "config": ["audience": "x"],
            ]
        )
    }

    @Test("that fails is told with its exit code and its words, which cannot drive a terminal")
    func failing() async throws {
        let fixture = try ExecFixture(#"sys.stderr.write("log in first\x1b[2J\nplease\n"); sys.exit(3)"#)
        let error = try await problem(fixture.plugin)
        #expect(error.code == .failed)
        #expect(error.message == #"failed with exit code 3: log in first\u{1b}[2J\nplease"#)
    }

    @Test("that is killed is told with the signal")
    func killed() async throws {
        let fixture = try ExecFixture("os.kill(os.getpid(), signal.SIGKILL)")
        let error = try await problem(fixture.plugin)
        #expect(error.message == "was ended by signal 9 and said nothing")
    }

    @Test("that is not installed is told with the kubeconfig's hint", arguments: ["no-such-plugin", "/no/such/plugin"])
    func missing(command: String) async throws {
        let hinted = ExecCredentialPlugin(command: command, installHint: "apt-get install it\u{1b}[2J\n")
        let error = try await problem(hinted)
        #expect(error.code == .notFound)
        #expect(error.message.hasSuffix(#"the kubeconfig says: apt-get install it\u{1b}[2J"#), "\(error.message)")
        let plain = try await problem(ExecCredentialPlugin(command: command))
        #expect(plain.message.hasSuffix("install it, or use another user"))
    }

    @Test("that is no program is told")
    func notExecutable() async throws {
        let folder = try TemporaryFolder()
        let error = try await problem(ExecCredentialPlugin(command: try folder.write("text", to: "plugin")))
        #expect([.notFound, .notRunnable].contains(error.code), "\(error.message)")
    }

    @Test("that prints without end is ended")
    func flood() async throws {
        let fixture = try ExecFixture("while True: print('x' * 1000)")
        let error = try await problem(fixture.plugin)
        #expect(error.code == .unusable)
        #expect(error.message == "printed more than 1048576 bytes")
    }

    @Test("that never ends is ended with all that it has started, when its time is over")
    func endless() async throws {
        let fixture = try ExecFixture(
            """
            child = os.fork()
            if child == 0:
                signal.pause()
            open(here + "/child.tmp", "w").write(str(child))
            os.rename(here + "/child.tmp", here + "/child")
            signal.pause()
            """
        )
        let path = "\(fixture.folder.path)/child"
        let cluster = try Self.cluster()
        let error = await #expect(throws: ExecCredentialError.self) {
            try await fixture.plugin.run(for: cluster) { _ in
                // Its time is over when the child is there.
                while !FileManager.default.fileExists(atPath: path) { await Task.yield() }
            }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message == "did not end within 60.0 seconds and was ended")
        let child = try #require(pid_t(String(decoding: try fixture.folder.read("child"), as: UTF8.self)))
        // It has its signal; this goes on when it has ended of it.
        while !isGone(child) { await Task.yield() }
    }

    @Test("that has to ask a person is not run without a terminal, and one that may is told that there is none")
    func interactive() async throws {
        let fixture = try ExecFixture("answer(token='t')")
        var plugin = fixture.plugin
        plugin.interactiveMode = .always
        let error = try await problem(plugin)
        #expect(error.code == .notRunnable)
        #expect(error.message.contains("standard input is no terminal"))
        #expect(try fixture.runs.isEmpty)
        plugin.interactiveMode = .ifAvailable
        _ = try await plugin.run(for: try Self.cluster(), hasTerminal: false)
        _ = try await plugin.run(for: try Self.cluster(), hasTerminal: true)
        plugin.interactiveMode = .never
        _ = try await plugin.run(for: try Self.cluster(), hasTerminal: true)
        let told = try fixture.runs.map { try JSONValue(parsing: $0)["spec"]?["interactive"] }
        #expect(told == [false, true, false])
    }

    @Test("is ended when its run is canceled")
    func canceled() async throws {
        let fixture = try ExecFixture("signal.pause()")
        let cluster = try Self.cluster()
        let task = Task { () throws in try await fixture.plugin.run(for: cluster) }
        while try fixture.runs.isEmpty { await Task.yield() }
        task.cancel()
        let error = await #expect(throws: ExecCredentialError.self) { try await task.value }
        #expect(error?.code == .canceled)
    }

    @Test("does not show arguments and variables when it is printed or dumped")
    func printing() {
        let plugin = ExecCredentialPlugin(command: "get\u{1b}", arguments: ["hunter2"], environment: ["A": "hunter2"])
        var dumped = ""
        dump(plugin, to: &dumped)
        for text in ["\(plugin)", dumped] { #expect(!text.contains("hunter2") && !text.contains("\u{1b}")) }
    }

    /// Whether a process has ended; one that nobody has waited for yet counts.
    private func isGone(_ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return true }
        return status.contains(") Z ")
    }
}

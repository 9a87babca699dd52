// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Foundation
import KubernetesClient
import KubernetesJSON
import Testing

@testable import LocalCluster

@Suite("The kubeconfig", .timeLimit(.minutes(1)))
struct KubeconfigTests {
    let temporary: TemporaryDirectory
    let context = KubeconfigContext(server: "https://127.0.0.1:1234", authority: "PEM", token: "secret")

    init() throws { temporary = try TemporaryDirectory() }

    static let others = """
        apiVersion: v1
        kind: Config
        current-context: work
        preferences: {colors: true}
        extensions: [{name: x, extension: {a: 1}}]
        clusters:
        - name: work
          cluster: {server: "https://work:6443", extra: kept}
        users:
        - name: work
          user: {exec: {command: aws}}
        contexts:
        - name: work
          context: {cluster: work, user: work, namespace: dev}
        """

    func merged(_ yaml: String) throws -> Kubeconfig {
        var config = try Kubeconfig(yaml: yaml, path: "k")
        context.merge(into: &config)
        return config
    }

    @Test("merging adds three entries and makes the context the current one")
    func merge() throws {
        let config = try merged("")
        #expect(config.currentContext == "agenttask-local")
        #expect(config.entry("agenttask-local", in: .contexts) == ["cluster": "agenttask-local", "user": "agenttask-local"])
        #expect(config.entry("agenttask-local", in: .users) == ["token": "secret"])
        #expect(
            config.entry("agenttask-local", in: .clusters) == [
                "server": "https://127.0.0.1:1234", "certificate-authority-data": .string(Data("PEM".utf8).base64EncodedString()),
            ]
        )
    }

    @Test("merging keeps everything else, unknown keys too, and removing gives the file back but for the current context")
    func keepsOthers() throws {
        let before = try Kubeconfig(yaml: Self.others, path: "k")
        var config = try merged(Self.others)
        #expect(config.names(in: .clusters) == ["work", "agenttask-local"])
        #expect(config.document["extensions"] == before.document["extensions"])
        #expect(config.document["preferences"] == before.document["preferences"])
        #expect(config.entry("work", in: .clusters) == ["server": "https://work:6443", "extra": "kept"])
        #expect(KubeconfigContext.remove(from: &config))
        #expect(config.currentContext == nil)
        config.currentContext = "work"
        #expect(config == before)
        #expect(!KubeconfigContext.remove(from: &config))
    }

    @Test("merging again replaces server and token in place, and keeps a namespace that was set")
    func mergeAgain() throws {
        var config = try merged(Self.others)
        config.upsert("agenttask-local", in: .contexts, ["cluster": "elsewhere", "user": "x", "namespace": "mine"])
        var later = context
        later.server = "https://127.0.0.1:9"
        later.merge(into: &config)
        #expect(config.names(in: .clusters) == ["work", "agenttask-local"])
        #expect(config.entry("agenttask-local", in: .clusters)?["server"] == "https://127.0.0.1:9")
        #expect(
            config.entry("agenttask-local", in: .contexts) == [
                "cluster": "agenttask-local", "user": "agenttask-local", "namespace": "mine",
            ]
        )
    }

    @Test("removing keeps another current context")
    func removeKeepsCurrent() throws {
        var config = try merged(Self.others)
        config.currentContext = "work"
        #expect(KubeconfigContext.remove(from: &config))
        #expect(config.currentContext == "work")
    }

    @Test(
        "the file is the one given, else the first of KUBECONFIG, else the one in the home directory",
        arguments: [
            ("/e", ["KUBECONFIG": "/a:/b", "HOME": "/h"], "/e"), (nil, ["KUBECONFIG": "/a:/b", "HOME": "/h"], "/a"),
            (nil, ["KUBECONFIG": ":/b", "HOME": "/h"], "/b"), (nil, ["KUBECONFIG": "", "HOME": "/h"], "/h/.kube/config"),
            (nil, ["HOME": "/h"], "/h/.kube/config"),
        ] as [(String?, [String: String], String)]
    )
    func location(explicit: String?, environment: [String: String], expected: String) throws {
        #expect(try KubeconfigLocation.path(explicit: explicit, environment: environment) == expected)
    }

    @Test("a relative file is one of the current directory")
    func relative() throws {
        let path = try KubeconfigLocation.path(explicit: "k", environment: [:])
        #expect(path == FileManager.default.currentDirectoryPath + "/k")
    }

    @Test("without any of them the error says what to do")
    func noLocation() {
        let error = #expect(throws: LocalClusterError.self) { try KubeconfigLocation.path(explicit: nil, environment: [:]) }
        #expect(error?.message.contains("--kubeconfig") == true)
    }

    func editor(_ name: String) -> KubeconfigEditor { KubeconfigEditor(path: temporary.file(name), time: .system) }

    func merge(_ name: String) async throws {
        try await editor(name).edit { config in
            context.merge(into: &config)
            return true
        }
    }

    @Test("a new file, and its directory, are for their owner alone, and no lock stays")
    func newFile() async throws {
        try await merge("sub/config")
        #expect(try temporary.mode("sub/config") == 0o600)
        #expect(try temporary.mode("sub") == 0o700)
        #expect(!temporary.exists("sub/config.lock"))
        #expect(try Kubeconfig.read(temporary.file("sub/config")).currentContext == "agenttask-local")
    }

    @Test("a file that others can read is not any more once a token is in it; a link stays a link")
    func existing() async throws {
        try temporary.write("real", Self.others, mode: 0o644)
        try FileManager.default.createSymbolicLink(atPath: temporary.file("link"), withDestinationPath: temporary.file("real"))
        try await merge("link")
        #expect(try temporary.mode("real") == 0o600)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: temporary.file("link")) == temporary.file("real"))
        #expect(try Kubeconfig.read(temporary.file("real")).names(in: .contexts) == ["work", "agenttask-local"])
    }

    @Test("nothing is written when nothing changes")
    func unchanged() async throws {
        try temporary.write("config", Self.others + "\n# a comment\n")
        try await editor("config").edit { KubeconfigContext.remove(from: &$0) }
        #expect(try temporary.read("config").hasSuffix("# a comment\n"))
    }

    @Test("a file that is no kubeconfig is left as it is, and named", arguments: ["a: [", "[1, 2]", "kind: Pod", "clusters: 5"])
    func broken(content: String) async throws {
        try temporary.write("config", content)
        let error = await #expect(throws: LocalClusterError.self) { try await merge("config") }
        #expect(error?.code == .kubeconfig)
        #expect(error?.message.contains(temporary.file("config")) == true)
        #expect(try temporary.read("config") == content)
        #expect(!temporary.exists("config.lock"))
    }

    @Test("the lock of another program is respected, and named when it does not go away")
    func lockedFile() async throws {
        try temporary.write("config", Self.others)
        try temporary.write("config.lock", "")
        let steps = Locked<Int64>(0)
        let time = TimeSource(
            now: { MonotonicInstant(nanoseconds: steps.withLock { $0 } * 1_000_000_000) },
            wallNow: TimeSource.system.wallNow,
            sleepUntil: { _ in steps.withLock { $0 += 1 } }
        )
        let editor = KubeconfigEditor(path: temporary.file("config"), time: time)
        let error = await #expect(throws: LocalClusterError.self) { try await editor.edit { _ in true } }
        #expect(error?.message.contains(temporary.file("config.lock")) == true)
        #expect(try temporary.read("config") == Self.others)
        #expect(temporary.exists("config.lock"))
    }

    @Test("a lock that goes away is waited for")
    func lockReleased() async throws {
        try temporary.write("config.lock", "")
        let path = temporary.file("config.lock")
        let time = TimeSource(
            now: TimeSource.system.now,
            wallNow: TimeSource.system.wallNow,
            sleepUntil: { _ in try FileManager.default.removeItem(atPath: path) }
        )
        let editor = KubeconfigEditor(path: temporary.file("config"), time: time)
        try await editor.edit { config in
            context.merge(into: &config)
            return true
        }
        #expect(temporary.exists("config"))
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@testable import KubernetesClient

@Suite("Waiting for an object", .timeLimit(.minutes(1)))
struct WaitTests {
    /// The time of these tests never comes.
    private static let never: @Sendable (Duration) async throws -> Void = { _ in try await Task.sleep(for: .seconds(3600)) }

    private static func list(_ items: String..., revision: String = "5") -> ScriptedTransport.Step {
        .answer(200, #"{"metadata":{"resourceVersion":"\#(revision)"},"items":[\#(items.joined(separator: ","))]}"#)
    }

    private static func pod(_ phase: String, revision: String) -> String {
        #"{"metadata":{"name":"a","uid":"u","resourceVersion":"\#(revision)"},"status":{"phase":"\#(phase)"}}"#
    }

    private static func events(_ events: (String, String)..., error: TransportError? = nil) -> ScriptedTransport.Step {
        .stream(HTTPBody(pieces: events.map { Array((#"{"type":"\#($0)","object":\#($1)}"# + "\n").utf8) }, error: error))
    }

    private static let listLine = "GET /api/v1/namespaces/home/pods?fieldSelector=metadata.name%3Da"

    private static func watch(from revision: String) -> String {
        "GET /api/v1/namespaces/home/pods?watch=true&fieldSelector=metadata.name%3Da&resourceVersion=\(revision)&allowWatchBookmarks=true"
    }

    /// Waits for a running pod, without a limit.
    private func waitForRunning(_ transport: ScriptedTransport, pauses: Locked<[Duration]> = Locked([])) async throws -> Pod? {
        let client = KubernetesClient.scripted(transport, sleep: { pause in pauses.withLock { $0.append(pause) } })
        return try await client.wait(for: Pod.self, name: "a", timeout: nil) { $0?.status?.phase == "Running" }
    }

    @Test("the present state is enough, and nothing is watched then")
    func present() async throws {
        let transport = ScriptedTransport([Self.list(Self.pod("Running", revision: "4"))])
        #expect(try await waitForRunning(transport)?.metadata.resourceVersion == "4")
        #expect(transport.sent.map(\.line) == [Self.listLine])
    }

    @Test("an object that comes, changes and goes is followed from the list's revision on")
    func followed() async throws {
        let transport = ScriptedTransport([
            Self.list(),
            Self.events(
                ("ADDED", Self.pod("Pending", revision: "6")),
                ("DELETED", Self.pod("Pending", revision: "7")),
                ("ADDED", Self.pod("Running", revision: "8"))
            ),
        ])
        #expect(try await waitForRunning(transport)?.metadata.resourceVersion == "8")
        #expect(transport.sent.map(\.line) == [Self.listLine, Self.watch(from: "5")])
    }

    @Test("a watch that ends or breaks goes on from the last revision; one that is too old begins anew with a list")
    func resumed() async throws {
        let gone = #"{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}"#
        let pauses = Locked<[Duration]>([])
        let transport = ScriptedTransport([
            Self.list(Self.pod("Pending", revision: "4")),
            Self.events(("BOOKMARK", #"{"metadata":{"resourceVersion":"20"}}"#)),
            Self.events(("MODIFIED", Self.pod("Pending", revision: "21")), error: TransportError(.closed, "broken")),
            .fail(TransportError(.refused, "nobody there")),
            .answer(503, ""),
            Self.events(("ERROR", gone)),
            Self.list(Self.pod("Pending", revision: "30"), revision: "31"),
            .answer(410, gone),
            Self.list(Self.pod("Running", revision: "40"), revision: "41"),
        ])
        #expect(try await waitForRunning(transport, pauses: pauses)?.metadata.resourceVersion == "40")
        #expect(
            transport.sent.map(\.line) == [
                Self.listLine, Self.watch(from: "5"), Self.watch(from: "20"), Self.watch(from: "21"), Self.watch(from: "21"),
                Self.watch(from: "21"), Self.listLine, Self.watch(from: "31"), Self.listLine,
            ]
        )
        // What brings nothing is not asked for again at once.
        #expect(pauses.withLock { $0 } == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4)])
    }

    @Test("what the server refuses ends it", arguments: [400, 401, 403, 404])
    func refused(code: Int) async throws {
        let transport = ScriptedTransport([.answer(code, "")])
        let error = await #expect(throws: ClientError.self) { try await waitForRunning(transport) }
        #expect(error?.statusCode == code)
    }

    @Test("the time is over: the error tells what was seen last")
    func timeout() async throws {
        let isWatching = Signal()
        let hangs = HTTPBody(
            next: { () throws(TransportError) -> [UInt8]? in
                isWatching.set()
                do { try await Self.never(.zero) } catch { throw TransportError(.canceled, "canceled") }
                return nil
            },
            cancel: {}
        )
        let transport = ScriptedTransport([Self.list(Self.pod("Pending", revision: "4")), .stream(hangs)])
        let limits = Locked<[Duration]>([])
        let client = KubernetesClient.scripted(transport) { limit in
            limits.withLock { $0.append(limit) }
            // The time is over when the watch has begun.
            await isWatching.wait()
        }
        let error = await #expect(throws: ClientError.self) {
            try await client.wait(for: Pod.self, name: "a", timeout: .seconds(30)) { $0?.status?.phase == "Running" }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.hasPrefix("WAIT /api/v1/namespaces/home/pods/a: not as it should be within 30") == true)
        #expect(error?.message.hasSuffix("last seen: revision 4") == true, "\(error?.message ?? "")")
        #expect(limits.withLock { $0 } == [.seconds(30)])
    }

    @Test("a caller that is canceled hears so")
    func canceled() async throws {
        let transport = ScriptedTransport([Self.list(), .fail(TransportError(.canceled, "canceled"))])
        let client = KubernetesClient.scripted(transport, sleep: Self.never)
        let waiting = Task { try await client.wait(for: Pod.self, name: "a", timeout: .seconds(30)) { $0 != nil } }
        waiting.cancel()
        let error = await #expect(throws: ClientError.self) { try await waiting.value }
        #expect(error?.isCanceled == true)
    }

    @Test("a name that no object can have is refused before anything is sent")
    func name() async throws {
        let transport = ScriptedTransport([])
        let client = KubernetesClient.scripted(transport)
        let error = await #expect(throws: ClientError.self) {
            try await client.wait(for: Pod.self, name: "a/b", timeout: nil) { _ in true }
        }
        #expect(error?.code == .invalidRequest && transport.sent.isEmpty)
    }

    @Test("a condition counts for the present generation of the object only, as with kubectl")
    func condition() async throws {
        func state(_ revision: Int, _ status: String, observed: String) -> String {
            #"{"metadata":{"name":"a","resourceVersion":"\#(revision)","generation":2},"#
                + #""status":{\#(observed)"conditions":[{"type":"Other","status":"True"},{"type":"Ready","status":"\#(status)"}]}}"#
        }
        let transport = ScriptedTransport([
            Self.list(state(4, "True", observed: #""observedGeneration":1,"#)),
            Self.events(
                ("MODIFIED", state(6, "Unknown", observed: #""observedGeneration":2,"#)),
                ("MODIFIED", state(7, "True", observed: ""))
            ),
        ])
        let client = KubernetesClient.scripted(transport)
        let pod = try await client.wait(forCondition: "ready", of: Pod.self, name: "a", timeout: nil)
        #expect(pod?.metadata.resourceVersion == "7")
        #expect(pod?.status?.conditions?.isTrue("Ready") == true)
        let negative = ScriptedTransport([Self.list(state(4, "False", observed: ""))])
        let other = try await KubernetesClient.scripted(negative)
            .wait(forCondition: "Ready", status: .false, of: Pod.self, name: "a", timeout: nil)
        #expect(other?.metadata.resourceVersion == "4")
    }

    @Test("an object is gone when there is none of its name, or another one")
    func deletion() async throws {
        let present = Self.list(Self.pod("Running", revision: "4"))
        for last in [("DELETED", Self.pod("Running", revision: "6")), ("MODIFIED", #"{"metadata":{"name":"a","uid":"new"}}"#)] {
            let transport = ScriptedTransport([present, Self.events(("MODIFIED", Self.pod("Failed", revision: "5")), last)])
            try await KubernetesClient.scripted(transport).wait(forDeletionOf: Pod.self, name: "a", uid: "u", timeout: nil)
            #expect(transport.sent.count == 2)
        }
        let absent = ScriptedTransport([Self.list()])
        try await KubernetesClient.scripted(absent).wait(forDeletionOf: Pod.self, name: "a", timeout: nil)
        #expect(absent.sent.count == 1)
    }

    @Test("over a server, a condition that is met later is heard of")
    func server() async throws {
        let cluster = try EmbeddedCluster()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        async let found = client.wait(for: ConfigMap.self, name: "a", timeout: nil) { $0?.data?["k"] == "2" }
        _ = try await client.create(ConfigMap(metadata: ObjectMeta(name: "a"), data: ["k": "1"]))
        let last = try await client.patch(ConfigMap.self, name: "a", .merge(["data": ["k": "2"]]))
        #expect(try await found == last)
        async let gone: Void = client.wait(forDeletionOf: ConfigMap.self, name: "a", uid: last.metadata.uid, timeout: nil)
        try await client.delete(ConfigMap.self, name: "a")
        try await gone
        await cluster.shutdown()
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@Suite("What helps a reconciler to write", .timeLimit(.minutes(1)))
struct WritingTests {
    private struct Failure: Error {}

    private static let finalizer = "example.com/bucket"
    private let context = ReconcileContext()
    private let script = FaultScript()

    private func withClient(_ body: (KubernetesClient) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: ManualClock().clusterClock))
        try await body(KubernetesClient(transport: FaultTransport(cluster.transport(), script: script), logger: logger))
        await cluster.shutdown()
    }

    private func configMap(_ data: [String: String]? = nil) -> ConfigMap {
        ConfigMap(metadata: ObjectMeta(name: "a", namespace: "default"), data: data)
    }

    private func stored(_ client: KubernetesClient) async throws -> ConfigMap {
        try await client.get(ConfigMap.self, name: "a", namespace: "default")
    }

    // MARK: Merge patches

    @Test("a difference says what is new, other and gone, and nothing else")
    func difference() {
        let rows: [(old: JSONValue, new: JSONValue, patch: JSONValue?)] = [
            (["a": 1], ["a": 1], nil),
            (["a": 1], ["a": 2], ["a": 2]),
            (["a": 1, "b": 1], ["b": 1], ["a": nil]),
            (["a": ["x": 1, "y": 1]], ["a": ["x": 1, "y": 2], "b": []], ["a": ["y": 2], "b": []]),
            (["a": [1, 2]], ["a": [1]], ["a": [1]]),
            (["a": ["x": 1]], ["a": "x"], ["a": "x"]),
        ]
        for row in rows { #expect(MergeDifference.between(row.old, row.new) == row.patch) }
    }

    // MARK: createOrPatch

    @Test("an object is created, then left alone, then patched where it differs; what others set stays")
    func createOrPatch() async throws {
        try await withClient { client in
            func apply(_ value: String?, cached: ConfigMap? = nil) async throws -> (object: ConfigMap, outcome: WriteOutcome) {
                try await context.createOrPatch(configMap(), client: client, cached: cached) { object in
                    object.data = (object.data ?? [:]).merging(["own": value].compactMapValues(\.self)) { $1 }
                    if value == nil { object.data?["own"] = nil }
                }
            }
            #expect(try await apply("1").outcome == .created)
            let same = try await apply("1")
            #expect(same.outcome == .unchanged)
            let other = Patch.merge(["data": ["other": "x"]])
            _ = try await client.patch(ConfigMap.self, name: "a", namespace: "default", other)
            let patched = try await apply("2", cached: same.object)
            #expect(patched.outcome == .patched, "the cached state was old: a conflict, a live read and a second try")
            #expect(patched.object.data == ["own": "2", "other": "x"])
            #expect(try await apply(nil).outcome == .patched)
            #expect(try await stored(client).data == ["other": "x"])
        }
    }

    @Test("what was decided from an old state is refused by the server, and decided anew")
    func staleDecision() async throws {
        try await withClient { client in
            let old = try await client.create(configMap(["count": "1"]))
            let newer = Patch.merge(["data": ["count": "2"]])
            _ = try await client.patch(ConfigMap.self, name: "a", namespace: "default", newer)
            let written = try await context.createOrPatch(old, client: client, cached: old) { object in
                let count = object.data?["count"]
                object.data?["copy"] = count
            }
            #expect(written.object.data == ["count": "2", "copy": "2"])
        }
    }

    @Test("an object that was deleted behind the cache is created, and one that was created is patched")
    func races() async throws {
        try await withClient { client in
            let old = try await client.create(configMap(["k": "1"]))
            try await client.delete(ConfigMap.self, name: "a", namespace: "default")
            let created = try await context.createOrPatch(configMap(), client: client, cached: old) { $0.data = ["k": "2"] }
            #expect(created.outcome == .created)
            #expect(created.object.metadata.uid != old.metadata.uid)
        }
    }

    @Test("a change that fails or renames writes nothing")
    func refused() async throws {
        try await withClient { client in
            await #expect(throws: Failure.self) {
                try await context.createOrPatch(configMap(), client: client) { _ in throw Failure() }
            }
            let error = await #expect(throws: ReconcileError.self) {
                try await context.createOrPatch(configMap(), client: client) { $0.metadata.name = "b" }
            }
            #expect(error?.code == .identityChanged)
            let names = try await client.list(ConfigMap.self, namespace: "default").items.compactMap(\.metadata.name)
            #expect(Set(names).isDisjoint(with: ["a", "b"]))
        }
    }

    /// Has the node `n` be so, and tells what that took.
    private func apply(
        _ client: KubernetesClient,
        label: String,
        capacity: Quantity?,
        cached: Node? = nil
    ) async throws -> (node: Node, outcome: WriteOutcome, requests: [String]) {
        let before = script.requests.count
        let new = Node(metadata: ObjectMeta(name: "n"))
        let (node, outcome) = try await context.createOrPatch(new, client: client, cached: cached, includingStatus: true) {
            node in
            node.metadata.labels = (node.metadata.labels ?? [:]).merging(["own": label]) { $1 }
            var status = node.status ?? NodeStatus()
            status.capacity = (status.capacity ?? [:]).merging(["own": capacity].compactMapValues(\.self)) { $1 }
            if capacity == nil { status.capacity?["own"] = nil }
            node.status = status
        }
        let requests = script.requests.dropFirst(before).map { "\($0.method) \($0.path?.split(separator: "/").last ?? "")" }
        return (node, outcome, requests)
    }

    @Test("the status is written too when that is asked for: after the object, only where it differs, and as a subresource")
    func status() async throws {
        try await withClient { client in
            let created = try await apply(client, label: "1", capacity: Quantity(1))
            #expect(created.outcome == .created)
            #expect(created.requests == ["GET n", "POST nodes", "PATCH status"])
            #expect(created.node.status?.capacity?["own"] == Quantity(1))
            let same = try await apply(client, label: "1", capacity: Quantity(1))
            #expect(same.outcome == .unchanged && same.requests == ["GET n"])

            let status = try await apply(client, label: "1", capacity: Quantity(2), cached: same.node)
            #expect(status.outcome == .patchedStatus && status.requests == ["PATCH status"])
            let object = try await apply(client, label: "2", capacity: Quantity(2), cached: status.node)
            #expect(object.outcome == .patched && object.requests == ["PATCH n"])
            let both = try await apply(client, label: "3", capacity: nil, cached: object.node)
            #expect(both.outcome == .patched && both.requests == ["PATCH n", "PATCH status"])
            let stored = try await client.get(Node.self, name: "n")
            #expect(stored.metadata.labels?["own"] == "3" && stored.status?.capacity?["own"] == nil)
            #expect(both.node.metadata.resourceVersion == stored.metadata.resourceVersion)
            #expect(context.writes.contains { $0.revision == stored.metadata.resourceVersion })
        }
    }

    @Test("a status that was decided from an old state is refused and decided anew; what was done before it counts")
    func staleStatus() async throws {
        try await withClient { client in
            script.add(.status(code: 409, reason: "Conflict")) { $0.path?.hasSuffix("/status") == true }
            let created = try await apply(client, label: "1", capacity: Quantity(1))
            #expect(created.outcome == .created)
            #expect(created.requests == ["GET n", "POST nodes", "PATCH status", "GET n", "PATCH status"])

            let old = created.node
            let other = Patch.merge(["status": ["capacity": ["other": "5"]]])
            _ = try await client.patch(Node.self, name: "n", other, subresource: "status")
            let written = try await apply(client, label: "1", capacity: Quantity(2), cached: old)
            #expect(written.outcome == .patchedStatus)
            #expect(written.requests == ["PATCH status", "GET n", "PATCH status"])
            #expect(
                written.node.status?.capacity?["other"] == Quantity(5) && written.node.status?.capacity?["own"] == Quantity(2)
            )
        }
    }

    // MARK: Finalizers

    @Test("finalizers of an object are added and removed once")
    func metadata() {
        var metadata = ObjectMeta(name: "a")
        let rows = [metadata.addFinalizer("x"), metadata.addFinalizer("y"), metadata.addFinalizer("x")]
        #expect(rows == [true, true, false])
        #expect(metadata.finalizers == ["x", "y"])
        let removed = [metadata.removeFinalizer("x"), metadata.removeFinalizer("x")]
        #expect(removed == [true, false])
        #expect(metadata.finalizers == ["y"])
        #expect(!metadata.isBeingDeleted)
    }

    @Test("an object with a finalizer is applied, stays until it has been cleaned up, and then goes")
    func finalizer() async throws {
        try await withClient { client in
            var applied: [[String]] = []
            var cleaned = 0
            func reconcile(_ object: ConfigMap, cleanUp: ReconcileResult = .done) async throws -> ReconcileResult {
                try await context.withFinalizer(Self.finalizer, on: object, client: client) { object in
                    applied.append(object.metadata.finalizers ?? [])
                    return .requeue(after: .seconds(9))
                } cleanUp: { _ in
                    cleaned += 1
                    return cleanUp
                }
            }
            let created = try await client.create(configMap())
            guard case .requeue(after: .seconds(9)) = try await reconcile(created) else { throw Failure() }
            _ = try await reconcile(try await stored(client))
            #expect(applied == [[Self.finalizer], [Self.finalizer]], "it is on the object before anything is made")
            #expect(context.writes.count == 1)

            await #expect(throws: ClientError.self, "the object that was created has changed since") {
                try await reconcile(created)
            }
            #expect(applied.count == 2)

            try await client.delete(ConfigMap.self, name: "a", namespace: "default")
            guard case .retry = try await reconcile(try await stored(client), cleanUp: .retry(Failure())) else { throw Failure() }
            let going = try await stored(client)
            #expect(going.metadata.hasFinalizer(Self.finalizer))
            guard case .done = try await reconcile(going) else { throw Failure() }
            #expect(cleaned == 2)
            let error = await #expect(throws: ClientError.self) { try await stored(client) }
            #expect(error?.isNotFound == true)
            guard case .done = try await reconcile(going) else { throw Failure() }
        }
    }

    @Test("an object that is going and has other finalizers only is left alone")
    func foreignFinalizer() async throws {
        try await withClient { client in
            var object = configMap()
            object.metadata.addFinalizer("example.com/other")
            _ = try await client.create(object)
            try await client.delete(ConfigMap.self, name: "a", namespace: "default")
            let result = try await context.withFinalizer(Self.finalizer, on: try await stored(client), client: client) { _ in
                throw Failure()
            } cleanUp: { _ in
                throw Failure()
            }
            guard case .done = result else { throw Failure() }
            #expect(try await stored(client).metadata.finalizers == ["example.com/other"])
        }
    }
}

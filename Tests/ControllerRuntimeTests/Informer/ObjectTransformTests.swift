// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("Transforms", .timeLimit(.minutes(1)))
struct ObjectTransformTests {
    private func object(_ name: String, _ version: Int) -> String {
        #"{"metadata":{"name":"\#(name)","namespace":"ns","uid":"u","resourceVersion":"\#(version)","#
            + #""annotations":{"big":"x","keep":"y"},"managedFields":[{"manager":"m"}]},"data":{"k":"v"}}"#
    }

    @Test("every object is changed once before it is stored, indexed and told: of lists, events and deletions")
    func everywhere() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = ScriptedTransport()
        let count = Locked(0)
        let informer = Informer<ConfigMap>(
            client: KubernetesClient(transport: server, retryPolicy: .never, logger: logger, sleep: { _ in }),
            indexes: ["data": { $0.data.map { _ in ["yes"] } ?? ["no"] }],
            transform: .droppingManagedFields.then(.droppingAnnotations("big")).then(
                ObjectTransform { object in
                    count.withLock { $0 += 1 }
                    object.data = nil
                    object.metadata.resourceVersion = "0"
                    object.metadata.name = "other"
                }
            ),
            environment: RuntimeEnvironment(time: ManualClock().timeSource, logger: logger)
        )
        let deleted = Calls<ConfigMap>()
        informer.onChange { changes in for change in changes where change.new == nil { change.old.map(deleted.put) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await informer.run() }
            defer { group.cancelAll() }
            await server.nextRequest().respond(json: Served.list([object("a", 3)], version: 10))
            let feed = BodyFeed()
            await server.nextRequest().respond(feed: feed)
            feed.send(Served.event("ADDED", object("b", 11)))
            feed.send(Served.event("DELETED", object("a", 12)))
            let last = await deleted.next()
            #expect(last.metadata.managedFields == nil && last.data == nil && last.metadata.resourceVersion == "12")
            let stored = try #require(informer.get(ObjectKey(namespace: "ns", name: "b")), "what names it stays")
            #expect(stored.metadata.managedFields == nil)
            #expect(stored.metadata.annotations == ["keep": "y"])
            #expect(stored.metadata.resourceVersion == "11")
            #expect(informer.list(index: "data", value: "no").count == 1)
            #expect(count.withLock { $0 } == 3)
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging

/// A controller of ConfigMaps that pretends to have written something in its first reconcile, with a scripted server.
struct WritingFixture {
    typealias Write = @Sendable (ReconcileContext, ConfigMap) -> Void

    let clock = ManualClock()
    let server = ScriptedTransport()
    /// What each reconcile saw.
    let calls = Calls<(stale: Bool, cached: String?)>()
    let informer: Informer<ConfigMap>
    let controller: Controller<Writer>
    let environment: RuntimeEnvironment

    let key = ObjectKey(namespace: "ns", name: "a")

    init(fieldSelector: String? = nil, write: @escaping Write) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: logger)
        let client = KubernetesClient(transport: server, retryPolicy: .never, logger: logger, sleep: { _ in })
        informer = Informer(
            client: client,
            options: InformerOptions(fieldSelector: fieldSelector),
            environment: environment
        )
        controller = Controller(
            name: "writer",
            reconciler: Writer(calls: calls, informer: informer, write: write),
            // One worker: when it is at the next key, the one before has been released.
            options: ControllerOptions(workers: 1, readYourWritesBound: .seconds(10)),
            environment: environment
        ).watches(informer)
    }

    /// Pretends to have written revision 50 of an object.
    static func wrote(_ name: String) -> Write {
        { context, seen in
            let namespace = seen.metadata.namespace
            context.wrote(ConfigMap(metadata: ObjectMeta(name: name, namespace: namespace, resourceVersion: "50")))
        }
    }

    /// Runs informer and controller; the server has the ConfigMap `a` at revision 5, and stands at 10.
    func run(_ body: (WritingFixture, BodyFeed) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await informer.run() }
            group.addTask { try await controller.run() }
            defer { group.cancelAll() }
            await server.nextRequest().respond(json: Served.list([Served.configMap("a", 5)], version: 10))
            let feed = BodyFeed()
            await server.nextRequest().respond(feed: feed)
            try await body(self, feed)
        }
    }

    /// How many keys were held back so far.
    var heldBack: Double { value("controller_runtime_cache_waits_total") }
    /// How many were given free because the bound was over.
    var heldBackTooLong: Double { value("controller_runtime_cache_wait_timeouts_total") }

    private func value(_ metric: String) -> Double {
        environment.metrics.value(of: metric, labels: ["controller": "writer"]) ?? -1
    }

    struct Writer: Reconciler {
        let calls: Calls<(stale: Bool, cached: String?)>
        let informer: Informer<ConfigMap>
        let write: Write

        func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult {
            let cached = informer.get(key)
            if let cached, cached.metadata.resourceVersion == "5", !context.cacheMayBeStale { write(context, cached) }
            // Last, so that whoever hears of it knows that all has been written.
            calls.put((context.cacheMayBeStale, cached?.metadata.resourceVersion))
            return .done
        }
    }
}

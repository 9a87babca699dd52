// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("The sources of a controller", .timeLimit(.minutes(1)))
struct ControllerSourceTests {
    private struct Call: Sendable, Equatable {
        let key: String
        let causes: String
        let priority: Int
    }

    /// A controller of one worker over an informer whose server the test plays.
    private struct Setup {
        let clock = ManualClock()
        let server = ScriptedTransport()
        let log = LogCapture()
        let calls = Calls<Call>()
        let gate = Locked<Latch<Void>?>(nil)
        let environment: RuntimeEnvironment
        let informer: Informer<ConfigMap>
        let controller: Controller<TestReconciler>

        init(_ options: ControllerOptions = ControllerOptions(), where predicate: ChangePredicate<ConfigMap> = .any) {
            environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), logger: log.logger())
            let client = KubernetesClient(
                transport: server,
                retryPolicy: .never,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                sleep: { _ in }
            )
            informer = Informer(client: client, environment: environment)
            var options = options
            options.workers = 1
            let reconciler = TestReconciler { [calls, gate] key, context in
                calls.put(Call(key: key, causes: context.causes.description, priority: context.priority))
                context.logger.info("reconciling")
                _ = await gate.withLock { $0 }?.wait()
                return .done
            }
            controller = Controller(name: "test", reconciler: reconciler, options: options, environment: environment)
            controller.watches(informer, where: predicate) { [$0.key.name] }
        }

        func run(_ objects: [String], _ body: (Setup, BodyFeed) async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await informer.run() }
                group.addTask { try await controller.run() }
                defer { group.cancelAll() }
                await server.nextRequest().respond(json: Served.list(objects, version: 10))
                let feed = BodyFeed()
                await server.nextRequest().respond(feed: feed)
                try await body(self, feed)
            }
        }
    }

    @Test("a reconcile and its log are told why: what was there, what has come, changed and gone")
    func causes() async throws {
        let setup = Setup()
        try await setup.run([Served.configMap("a", 5)]) { setup, feed in
            #expect(await setup.calls.next() == Call(key: "a", causes: "listed ConfigMap ns/a", priority: WorkPriority.low))
            feed.send(Served.event("ADDED", Served.configMap("b", 11)))
            #expect(await setup.calls.next() == Call(key: "b", causes: "created ConfigMap ns/b", priority: 0))
            feed.send(Served.event("MODIFIED", Served.configMap("a", 12)))
            #expect(await setup.calls.next().causes == "updated ConfigMap ns/a")
            feed.send(Served.event("DELETED", Served.configMap("a", 13)))
            #expect(await setup.calls.next().causes == "deleted ConfigMap ns/a")
        }
        let logged = setup.log.entries.filter { $0.message == "reconciling" }.compactMap { $0.metadata["causes"] }
        #expect(logged.first.map { "\($0)" } == "listed ConfigMap ns/a")
    }

    @Test("what changes comes before what was there at the start, and is raised from it")
    func lowPriority() async throws {
        let gate = Latch<Void>()
        let setup = Setup()
        setup.gate.withLock { $0 = gate }
        let names = ["a", "b", "c", "d", "e"]
        try await setup.run(names.map { Served.configMap($0, 5) }) { setup, feed in
            let first = await setup.calls.next().key
            let changed = names.last { $0 != first } ?? ""
            feed.send(Served.event("MODIFIED", Served.configMap(changed, 12)))
            while setup.informer.get(ObjectKey(namespace: "ns", name: changed))?.metadata.resourceVersion != "12" {
                await Task.yield()
            }
            gate.open(())
            let next = await setup.calls.next()
            #expect(next.key == changed)
            #expect(next.priority == WorkPriority.normal)
            #expect(next.causes == "listed ConfigMap ns/\(changed), updated ConfigMap ns/\(changed)")
            for _ in 2..<names.count { #expect(await setup.calls.next().priority == WorkPriority.low) }
        }
    }

    @Test("changes that do not pass the predicate are not heard of, at the start neither")
    func predicate() async throws {
        let predicate = ChangePredicate<ConfigMap>.object { $0.metadata.name != "b" }
        try await Setup(where: predicate).run([Served.configMap("b", 5), Served.configMap("a", 6)]) { setup, feed in
            #expect(await setup.calls.next().key == "a")
            feed.send(Served.event("MODIFIED", Served.configMap("b", 11)))
            feed.send(Served.event("MODIFIED", Served.configMap("a", 12)))
            #expect(await setup.calls.next().key == "a")
            #expect(setup.calls.rest.isEmpty)
        }
    }

    @Test("a resync brings all objects back at low priority, a tenth earlier or later than its period")
    func resync() async throws {
        let options = ControllerOptions(budget: nil, resyncPeriod: .seconds(5))
        try await Setup(options).run([Served.configMap("a", 5)]) { setup, _ in
            #expect(await setup.calls.next().causes == "listed ConfigMap ns/a")
            for _ in 0..<2 {
                let wait = await setup.clock.advanceToNextDeadline(notLongerThan: .seconds(5.5))
                #expect(wait >= .seconds(4.5))
                let call = await setup.calls.next()
                #expect(call == Call(key: "a", causes: "resynced ConfigMap ns/a", priority: WorkPriority.low))
            }
        }
    }

    @Test("a key that waits already comes once, whatever a resync adds")
    func resyncWaiting() async throws {
        let gate = Latch<Void>()
        let setup = Setup(ControllerOptions(budget: nil, resyncPeriod: .seconds(5)))
        setup.gate.withLock { $0 = gate }
        try await setup.run([Served.configMap("a", 5), Served.configMap("b", 5)]) { setup, _ in
            let first = await setup.calls.next()
            let second = first.key == "a" ? "b" : "a"
            await setup.clock.advanceToNextDeadline(notLongerThan: .seconds(5.5))
            let queue = setup.controller.queue
            while queue.inspect(limit: 1).waiting.first?.causes.description.contains("resynced") != true { await Task.yield() }
            #expect(queue.depth == 1)
            gate.open(())
            let next = await setup.calls.next()
            #expect(next.key == second)
            #expect(next.causes == "listed ConfigMap ns/\(second), resynced ConfigMap ns/\(second)")
            // It was worked on when the resync came.
            #expect(await setup.calls.next().key == first.key)
            #expect(queue.depth == 0 && setup.calls.rest.isEmpty)
        }
    }

    @Test("the first reconcile finds the whole initial state in the store and its keys in the queue, not some of them")
    func initialState() async throws {
        let gate = Latch<Void>()
        let setup = Setup()
        setup.gate.withLock { $0 = gate }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await setup.informer.run() }
            group.addTask { try await setup.controller.run() }
            defer { group.cancelAll() }
            let pages = ["a", "b", "c", "d"].map { Served.configMap($0, 5) }
            let first = Served.list(Array(pages[..<2]), version: 10, continueToken: "more")
            await setup.server.nextRequest().respond(json: first)
            let second = await setup.server.nextRequest()
            #expect(setup.calls.rest.isEmpty && setup.controller.queue.depth == 0)
            second.respond(json: Served.list(Array(pages[2...]), version: 10))
            let call = await setup.calls.next()
            #expect(call.causes.hasPrefix("listed") && call.priority == WorkPriority.low)
            #expect(setup.informer.list().count == 4)
            #expect(setup.controller.queue.depth == 3)
            gate.open(())
        }
    }

    @Test("a stream's elements bring keys; one that fails is made again after a backoff, one that ends is over")
    func stream() async throws {
        struct Failure: Error {}
        let setup = Setup()
        let streams = Calls<AsyncThrowingStream<Int, any Error>>()
        let made = Calls<Bool>()
        setup.controller.watches(
            stream: "numbers",
            {
                made.put(true)
                return await streams.next()
            },
            map: { ["n\($0)"] }
        )
        let (first, toFirst) = AsyncThrowingStream<Int, any Error>.makeStream()
        let (second, toSecond) = AsyncThrowingStream<Int, any Error>.makeStream()
        try await setup.run([]) { setup, _ in
            _ = await made.next()
            streams.put(first)
            toFirst.yield(1)
            #expect(await setup.calls.next() == Call(key: "n1", causes: "received numbers", priority: 0))
            toFirst.finish(throwing: Failure())
            let wait = await setup.clock.advanceToNextDeadline(notLongerThan: .seconds(2))
            #expect(wait >= .milliseconds(800))
            _ = await made.next()
            streams.put(second)
            toSecond.yield(2)
            #expect(await setup.calls.next().key == "n2")
            toSecond.finish()
        }
        #expect(setup.log.messages(.warning).contains { $0.hasPrefix("stream failed") })
        #expect(made.rest.isEmpty)
    }
}

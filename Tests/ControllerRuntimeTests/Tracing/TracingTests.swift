// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import InMemoryTracing
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing
import Tracing

@Suite("Tracing", .timeLimit(.minutes(1)))
struct TracingTests {
    private struct Failure: Error {}

    private let clock = ManualClock()
    private let tracer = InMemoryTracer()
    private let server = ScriptedTransport()

    private func reconcile(_ body: @escaping @Sendable (ReconcileContext) async throws -> ReconcileResult) async throws {
        let environment = RuntimeEnvironment(time: clock.timeSource, random: .seeded(1), tracer: tracer)
        let ended = Latch<Void>()
        let reconciler = TestReconciler { _, context in
            defer { ended.open(()) }
            return try await body(context)
        }
        let controller = Controller(name: "sites", reconciler: reconciler, environment: environment)
        let run = Task { try await controller.run() }
        controller.queue.add("a", cause: ReconcileCause(.received, kind: "hooks"))
        _ = await ended.wait()
        controller.shutDown()
        try await run.value
    }

    @Test("each reconcile is a span with its key, its causes and its result")
    func reconciles() async throws {
        try await reconcile { _ in .done }
        let span = try #require(tracer.finishedSpans.first)
        #expect(tracer.finishedSpans.count == 1)
        #expect(span.operationName == "reconcile sites" && span.status == nil)
        #expect(span.attributes.get("key") == "a")
        #expect(span.attributes.get("causes") == "received hooks")
        #expect(span.attributes.get("result") == "done")
    }

    @Test("a reconcile that fails is a span with the error", arguments: [false, true])
    func failures(isTerminal: Bool) async throws {
        try await reconcile { _ in
            if isTerminal { return .terminal(Failure()) }
            throw Failure()
        }
        let span = try #require(tracer.finishedSpans.first)
        #expect(span.attributes.get("result") == (isTerminal ? "terminal" : "retry"))
        #expect(span.errors.first?.error is Failure)
        #expect(span.status?.code == .error)
    }

    @Test("a request within a reconcile is a span within its span, and the server is told; others are sent as they are")
    func requests() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(
            transport: TracedTransport(server, tracer: tracer),
            retryPolicy: .never,
            logger: logger,
            sleep: { _ in }
        )
        async let outside: [Namespace] = client.list(Namespace.self).items
        let plain = await server.nextRequest()
        #expect(plain.head.headerFields.allSatisfy { !$0.name.rawName.contains("in-memory") })
        plain.respond(json: #"{"kind":"NamespaceList","apiVersion":"v1","metadata":{},"items":[]}"#)
        _ = try await outside
        async let inside: Void = reconcile { _ in
            _ = try await client.get(Namespace.self, name: "x")
            return .done
        }
        let request = await server.nextRequest()
        request.respond(errorCode: 404, reason: "NotFound")
        try await inside
        let spans = tracer.finishedSpans
        let child = try #require(spans.first { $0.operationName == "GET" })
        let parent = try #require(spans.first { $0.operationName == "reconcile sites" })
        #expect(spans.count == 2)
        #expect(child.parentSpanID == parent.spanID && child.traceID == parent.traceID && child.kind == .client)
        #expect(child.attributes.get("url.path") == "/api/v1/namespaces/x")
        #expect(child.attributes.get("http.response.status_code") == 404)
        #expect(child.status?.code == .error)
        let field = try #require(HTTPField.Name(InMemoryTracer.spanIDKey))
        #expect(request.head.headerFields[field] == child.spanID)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("Events that cannot be sent", .timeLimit(.minutes(1)))
struct EventRetryTests {
    private static let broken = ClientError(.transport, "broken")

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let clock = ManualClock()
    private let server = ScriptedTransport()

    private var environment: RuntimeEnvironment {
        // Every draw is the lowest: a quarter less.
        RuntimeEnvironment(time: clock.timeSource, random: RandomSource { 0 }, logger: logger)
    }

    private func recorder(_ environment: RuntimeEnvironment) -> EventRecorder {
        let client = KubernetesClient(transport: server, retryPolicy: .never, logger: logger, sleep: { _ in })
        return EventRecorder(client: client, controller: "example.io/test", instance: "pod-1", environment: environment)
    }

    private let object = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "ns", uid: "u"))

    @Test("are tried 12 times, after growing waits up to 10 s, a quarter more or less")
    func waits() {
        var low = EventRetry()
        var high = EventRetry()
        let waits = (0..<12).map { _ in (low.delay(after: Self.broken, share: 0), high.delay(after: Self.broken, share: 1)) }
        let expected: [Int64?] = [1, 2, 4, 8, 10, 10, 10, 10, 10, 10, 10, nil]
        #expect(waits.map(\.0) == expected.map { $0.map { .milliseconds($0 * 750) } })
        #expect(waits.map(\.1) == expected.map { $0.map { .milliseconds($0 * 1250) } })
    }

    @Test("wait as long as the server asks, up to a minute")
    func retryAfter() {
        for (asked, granted) in [(0, 1), (30, 30), (3600, 60)] {
            var retry = EventRetry()
            let error = ClientError(.status, "busy", status: Status(code: 429), retryAfter: .seconds(asked))
            #expect(retry.delay(after: error, share: 0.5) == .seconds(granted))
        }
    }

    @Test(
        "are tried again after what may pass, and not when the server has understood and refuses",
        arguments: [
            (400, false), (403, false), (404, false), (409, false), (422, false), (429, true), (500, true), (503, true),
        ]
    )
    func answers(code: Int32, isTried: Bool) {
        var retry = EventRetry()
        #expect((retry.delay(after: ClientError(.status, "no", status: Status(code: code)), share: 0) != nil) == isTried)
    }

    @Test("are tried again after what never came to an answer, and not when this side gave up")
    func noAnswers() {
        for (code, isTried) in [
            (ClientError.Code.transport, true), (.timedOut, true), (.canceled, false), (.invalidRequest, false),
        ] {
            var retry = EventRetry()
            #expect((retry.delay(after: ClientError(code, "no"), share: 0) != nil) == isTried)
        }
    }

    @Test("an event whose answer was lost is not written twice, and its series goes on")
    func lostAnswer() async throws {
        let environment = environment
        let recorder = recorder(environment)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            defer { group.cancelAll() }
            recorder.record(.normal, about: object, reason: "Why", action: "Try", note: "n")
            let first = await server.nextRequest()
            first.fail(TransportError(.closed, "broken"))
            #expect(await clock.advanceToNextDeadline() == .milliseconds(750))
            let second = await server.nextRequest()
            #expect(second.body == first.body)
            second.respond(errorCode: 409, reason: "AlreadyExists")
            recorder.record(.normal, about: object, reason: "Why", action: "Try", note: "n")
            let patch = await server.nextRequest()
            #expect(patch.head.method == .patch)
            patch.respond(json: "{}")
        }
        #expect(MetricSnapshot(of: environment.metrics).total(of: "events_dropped_total") == 0)
    }

    @Test("are dropped and counted after the last try; the next one is sent")
    func given() async throws {
        let environment = environment
        let recorder = recorder(environment)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            defer { group.cancelAll() }
            recorder.record(.normal, about: object, reason: "First", action: "Try", note: "n")
            recorder.record(.normal, about: object, reason: "Second", action: "Try", note: "n")
            for attempt in 1...EventRetry.maximumTries {
                await server.nextRequest().fail(TransportError(.refused, "nobody there"))
                if attempt < EventRetry.maximumTries { await clock.advanceToNextDeadline() }
            }
            let next = await server.nextRequest()
            #expect(String(decoding: next.body, as: UTF8.self).contains("Second"))
            next.respond(status: 201, json: String(decoding: next.body, as: UTF8.self))
        }
        let metrics = MetricSnapshot(of: environment.metrics)
        #expect(metrics["events_dropped_total", ["why": "unreachable"]] == 1)
    }

    @Test("a stop makes one try for each that waits, and ends")
    func stop() async throws {
        let environment = environment
        let recorder = recorder(environment)
        recorder.record(.normal, about: object, reason: "First", action: "Try", note: "n")
        recorder.record(.normal, about: object, reason: "Second", action: "Try", note: "n")
        let running = Task { try await recorder.run() }
        let first = await server.nextRequest()
        running.cancel()
        first.fail(TransportError(.refused, "nobody there"))
        let next = await server.nextRequest()
        #expect(String(decoding: next.body, as: UTF8.self).contains("Second"))
        next.respond(status: 201, json: String(decoding: next.body, as: UTF8.self))
        try await running.value
        #expect(MetricSnapshot(of: environment.metrics)["events_dropped_total", ["why": "unreachable"]] == 1)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@Suite("The event recorder", .timeLimit(.minutes(1)))
struct EventRecorderTests {
    private let clock = ManualClock()
    private let server = ScriptedTransport()
    private let environment: RuntimeEnvironment
    private let recorder: EventRecorder

    init() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        environment = RuntimeEnvironment(time: clock.timeSource, logger: logger)
        let client = KubernetesClient(transport: server, retryPolicy: .never, logger: logger, sleep: { _ in })
        recorder = EventRecorder(
            client: client,
            controller: "example.io/test",
            instance: "pod-1",
            environment: environment,
            stopBudget: .seconds(3)
        )
    }

    private func tell(_ name: String) {
        let object = ConfigMap(metadata: ObjectMeta(name: name, namespace: "ns", uid: "u-\(name)"))
        recorder.record(.normal, about: object, reason: "Why", action: "Try", note: "")
    }

    private func dropped(_ why: String) -> Double? {
        environment.metrics.value(of: "events_dropped_total", labels: ["why": why])
    }

    private func answer(_ request: PendingRequest) {
        request.respond(status: 201, json: String(decoding: request.body, as: UTF8.self))
    }

    @Test("a queue that is full drops what is new, counts it, and never makes who tells wait")
    func full() {
        for number in 0..<1003 { tell("\(number)") }
        #expect(dropped("queue_full") == 3)
    }

    @Test("what was told before the stop, and while it is going on, is still written")
    func stop() async throws {
        let running = Task { [recorder] in try await recorder.run() }
        tell("a")
        let first = await server.nextRequest()
        tell("b")
        running.cancel()
        tell("c")
        answer(first)
        for _ in 0..<2 { answer(await server.nextRequest()) }
        try await running.value
        #expect(server.pendingCount == 0)
        #expect(dropped("stopped") == nil)
    }

    @Test("a stop ends with its budget, and what is left is dropped and counted")
    func budget() async throws {
        let running = Task { [recorder] in try await recorder.run() }
        for name in ["a", "b", "c"] { tell(name) }
        _ = await server.nextRequest()
        running.cancel()
        await clock.waitForSleeper(until: clock.now.advanced(by: .seconds(3)))
        clock.advance(by: .seconds(3))
        try await running.value
        #expect(dropped("stopped") == 2)
    }

    @Test("an event that is refused is counted, and the next one is written")
    func refused() async throws {
        let running = Task { [recorder] in try await recorder.run() }
        for name in ["a", "b"] { tell(name) }
        await server.nextRequest().respond(errorCode: 403, reason: "Forbidden")
        answer(await server.nextRequest())
        running.cancel()
        try await running.value
        #expect(dropped("refused") == 1)
    }

    @Test("it may be run again, as a part of a leader is")
    func again() async throws {
        for name in ["a", "b"] {
            let running = Task { [recorder] in try await recorder.run() }
            tell(name)
            answer(await server.nextRequest())
            running.cancel()
            try await running.value
        }
    }
}

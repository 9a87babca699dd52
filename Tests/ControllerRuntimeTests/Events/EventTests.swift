// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@Suite("Events", .timeLimit(.minutes(1)))
struct EventTests {
    private func identity(_ reason: String, uid: String = "u") -> Occurrence.Identity {
        Occurrence.Identity(regarding: ObjectReference(name: "a", uid: uid), type: .normal, reason: reason, action: "Act")
    }

    private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    @Test("what repeats is counted in a series, told at the second time and each time the count has doubled")
    func series() {
        var correlation = EventCorrelation()
        let decisions = (0..<9).map { correlation.decide(identity("R"), now: at($0)) }
        #expect(
            decisions == [
                .create(series: 1), .count(series: 1, count: 2), .counted, .count(series: 1, count: 4), .counted, .counted,
                .counted,
                .count(series: 1, count: 8), .counted,
            ]
        )
        #expect(correlation.decide(identity("R"), now: at(308)) == .count(series: 1, count: 10))
    }

    @Test("six minutes without an occurrence end a series")
    func seriesEnds() {
        var correlation = EventCorrelation()
        #expect(correlation.decide(identity("R"), now: at(0)) == .create(series: 1))
        #expect(correlation.decide(identity("R"), now: at(359)) == .count(series: 1, count: 2))
        #expect(correlation.decide(identity("R"), now: at(359 + 360)) == .create(series: 2))
    }

    @Test("one object may make 25 new events and one of each of ten reasons, then waits; another object is not held back")
    func spam() {
        var correlation = EventCorrelation()
        for number in 0..<25 {
            #expect(correlation.decide(identity("R\(number)"), now: at(0)) == .create(series: UInt64(number + 1)))
        }
        for number in 0..<10 {
            #expect(correlation.decide(identity("S\(number)"), now: at(0)) == .create(series: UInt64(number + 26)))
        }
        #expect(correlation.decide(identity("more"), now: at(0)) == .tooMany)
        #expect(correlation.decide(identity("more", uid: "other"), now: at(0)) == .create(series: 36))
        #expect(correlation.decide(identity("more"), now: at(299)) == .tooMany)
        #expect(correlation.decide(identity("more"), now: at(300)) == .create(series: 37))
        #expect(correlation.decide(identity("again"), now: at(300)) == .tooMany)
    }

    @Test("one reason that says too much does not hold back the other reasons of its object")
    func noisyReason() {
        var correlation = EventCorrelation()
        func decide(_ reason: String, _ action: Int = 0, _ seconds: Int64 = 0) -> EventCorrelation.Decision {
            let identity = Occurrence.Identity(
                regarding: ObjectReference(name: "a", uid: "u"),
                type: .normal,
                reason: reason,
                action: "Act\(action)"
            )
            return correlation.decide(identity, now: at(seconds))
        }
        for action in 0..<26 { #expect(decide("Noisy", action) == .create(series: UInt64(action + 1))) }
        #expect(decide("Noisy", 26) == .tooMany)
        #expect(decide("Quiet") == .create(series: 27))
        #expect(decide("Quiet", 1) == .tooMany)
        #expect(decide("Other") == .create(series: 28))
        // The noisy one takes what is shared again, and not what the others have.
        #expect(decide("Noisy", 27, 300) == .create(series: 29))
        #expect(decide("Noisy", 28, 300) == .create(series: 30))
        #expect(decide("Noisy", 29, 300) == .tooMany)
        #expect(decide("Quiet", 2, 300) == .create(series: 31))
    }

    @Test("an event is created as events.k8s.io/v1, and its series is patched")
    func write() async throws {
        let clock = ManualClock()
        let server = ScriptedTransport()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(transport: server, retryPolicy: .never, logger: logger, sleep: { _ in })
        let recorder = EventRecorder(
            client: client,
            controller: "example.io/test",
            instance: "pod-1",
            environment: RuntimeEnvironment(time: clock.timeSource, logger: logger)
        )
        let object = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "ns", uid: "u"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await recorder.run() }
            defer { group.cancelAll() }
            recorder.record(.warning, about: object, reason: "Why", action: "Try", note: String(repeating: "ä", count: 1000))
            let create = await server.nextRequest()
            #expect(create.head.method == .post)
            #expect(create.path == "/apis/events.k8s.io/v1/namespaces/ns/events")
            let event = try JSON.decode(JSONValue.self, from: create.body)
            #expect(event["type"]?.string == "Warning")
            #expect(event["reason"]?.string == "Why")
            #expect(event["action"]?.string == "Try")
            #expect(event["note"]?.string?.utf8.count == 1024)
            #expect(event["reportingController"]?.string == "example.io/test")
            #expect(event["regarding"]?["uid"]?.string == "u")
            #expect(event["regarding"]?["kind"]?.string == "ConfigMap")
            #expect(event["eventTime"]?.string == "2030-01-01T00:00:00.000000Z")
            let name = try #require(event["metadata"]?["name"]?.string)
            #expect(name.hasPrefix("a."))
            create.respond(status: 201, json: String(decoding: create.body, as: UTF8.self))
            clock.advance(by: .seconds(5))
            recorder.record(.warning, about: object, reason: "Why", action: "Try", note: "other words")
            let patch = await server.nextRequest()
            #expect(patch.head.method == .patch)
            #expect(patch.path == "/apis/events.k8s.io/v1/namespaces/ns/events/\(name)")
            let body = try JSON.decode(JSONValue.self, from: patch.body)
            #expect(body["series"]?["count"]?.int == 2)
            #expect(body["series"]?["lastObservedTime"]?.string == "2030-01-01T00:00:05.000000Z")
            patch.respond(errorCode: 404, reason: "NotFound")
            recorder.record(.warning, about: object, reason: "Why", action: "Try", note: "new")
            let anew = await server.nextRequest()
            #expect(anew.head.method == .post, "the event was gone, so it is made anew")
            anew.respond(status: 201, json: String(decoding: anew.body, as: UTF8.self))
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes
import KubernetesJSON
import Testing

@testable import ControllerServing

@Suite("Served content", .timeLimit(.minutes(1)))
struct ContentResponderTests {
    let health = HealthRegistry()

    func ask(
        _ path: String,
        method: HTTPRequest.Method = .get,
        _ contents: [ServedContent]? = nil,
        access: (any AccessReview)? = nil,
        authorization: String? = nil,
        from peer: ContentResponder.Peer = .remote
    ) async -> ContentResponder.Answer {
        var head = HTTPRequest(method: method, scheme: "http", authority: "x", path: path)
        head.headerFields[.authorization] = authorization
        return await ContentResponder(contents: contents ?? [.health(health)], access: access).answer(head, from: peer)
    }

    struct Part: DebugInspectable {
        let debugName = "q"
        func debugSnapshot(limit: Int) -> JSONValue { ["limit": .int(limit)] }
    }

    /// Admits one word.
    struct Password: AccessReview {
        func review(_ authorization: String?, path: String) async -> AccessDecision {
            switch authorization {
            case "open": .allowed
            case "broken": .unavailable("no answer")
            case let other?: .denied(user: other)
            case nil: .unauthenticated
            }
        }
    }

    @Test(
        "a process whose checks pass answers ok to both probes",
        arguments: ["/healthz", "/readyz", "/readyz/", "/readyz/ping"]
    )
    func healthy(path: String) async {
        let answer = await ask(path)
        #expect(answer.status == .ok)
        #expect(answer.text == "ok")
    }

    @Test("one failed check fails its probe alone, and names itself")
    func unhealthy() async {
        health.register("informers", at: .ready) { .unhealthy("not synced") }
        #expect(await ask("/readyz").status == .internalServerError)
        #expect(
            await ask("/readyz").text == "[+]ping ok\n[+]shutdown ok\n[-]informers failed: reason withheld\nreadyz check failed\n"
        )
        #expect(await ask("/readyz?verbose").text.contains("[-]informers failed: not synced\n"))
        #expect(await ask("/readyz/informers").status == .internalServerError)
        #expect(await ask("/readyz/ping").status == .ok)
        #expect(await ask("/healthz").status == .ok)
    }

    @Test("verbose shows all checks, exclude leaves one out")
    func options() async {
        health.register("informers", at: .ready) { .unhealthy("not synced") }
        #expect(await ask("/healthz?verbose").text == "[+]ping ok\nhealthz check passed\n")
        #expect(await ask("/readyz?exclude=informers").text == "ok")
        #expect(
            await ask("/readyz?verbose=1&exclude=informers").text
                == "[+]ping ok\n[+]shutdown ok\n[+]informers excluded: ok\nreadyz check passed\n"
        )
    }

    @Test("metrics come in Prometheus' text format")
    func metrics() async {
        let registry = MetricsRegistry()
        registry.counter("things_total", help: "Things.").increment()
        let answer = await ask("/metrics", [.metrics(registry)])
        #expect(answer.contentType.hasPrefix("text/plain; version=0.0.4"))
        #expect(answer.text.contains("things_total 1"))
    }

    @Test("what is not served is not found", arguments: ["/", "/metrics", "/readyz/none", "/livez"])
    func notFound(path: String) async { #expect(await ask(path).status == .notFound) }

    @Test("only GET and HEAD are served")
    func methods() async {
        #expect(await ask("/healthz", method: .post).status == .methodNotAllowed)
        #expect(await ask("/healthz", method: .head).status == .ok)
    }

    @Test(
        "secured metrics are for those who are admitted, probes for everybody",
        arguments: [("open", 200), ("alice", 403), ("broken", 500), (nil, 401)] as [(String?, Int)]
    )
    func secured(authorization: String?, status: Int) async {
        let contents: [ServedContent] = [.metrics(MetricsRegistry()), .health(health)]
        #expect(await ask("/metrics", contents, access: Password(), authorization: authorization).status.code == status)
        #expect(await ask("/healthz", contents, access: Password(), authorization: authorization).status == .ok)
    }

    @Test("debugging is for this machine, or for those who are admitted")
    func debug() async {
        let registry = DebugRegistry()
        registry.add(Part(), at: .queue)
        let contents: [ServedContent] = [.debug(registry)]
        let text = #"{"q":{"limit":1000}}"# + "\n"
        #expect(await ask("/debug/queue", contents, from: .loopback).text == text)
        #expect(await ask("/debug/queue/q?limit=3", contents, from: .loopback).text == #"{"q":{"limit":3}}"# + "\n")
        #expect(await ask("/debug/queue/x", contents, from: .loopback).status == .notFound)
        #expect(await ask("/debug/heap", contents, from: .loopback).status == .notFound)
        #expect(await ask("/debug/caches", contents, from: .loopback).text == "{}\n")
        #expect(await ask("/debug/queue", contents).status == .forbidden)
        #expect(await ask("/debug/queue", contents, access: Password(), authorization: "open").text == text)
        #expect(await ask("/debug/queue", contents, access: Password()).status == .unauthorized)
        #expect(await ask("/debug/queue", [.health(health)], from: .loopback).status == .notFound)
    }

    @Test("what a query escapes is read")
    func query() async {
        health.register("a b", at: .ready) { .unhealthy("no") }
        #expect(await ask("/readyz?exclude=a%20b").status == .ok)
        #expect(await ask("/readyz?exclude=a+b").status == .ok)
        #expect(await ask("/readyz?exclude=%zz%2").status == .internalServerError)
    }
}

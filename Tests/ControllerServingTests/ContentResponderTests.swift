// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes
import Testing

@testable import ControllerServing

@Suite("Served content")
struct ContentResponderTests {
    let health = HealthRegistry()

    func ask(_ path: String, method: HTTPRequest.Method = .get, _ contents: [ServedContent]? = nil) -> ContentResponder.Answer {
        ContentResponder(contents: contents ?? [.health(health)])
            .answer(HTTPRequest(method: method, scheme: "http", authority: "x", path: path))
    }

    @Test(
        "a process whose checks pass answers ok to both probes",
        arguments: ["/healthz", "/readyz", "/readyz/", "/readyz/ping"]
    )
    func healthy(path: String) {
        let answer = ask(path)
        #expect(answer.status == .ok)
        #expect(answer.text == "ok")
    }

    @Test("one failed check fails its probe alone, and names itself")
    func unhealthy() {
        health.register("informers", at: .ready) { .unhealthy("not synced") }
        #expect(ask("/readyz").status == .internalServerError)
        #expect(ask("/readyz").text == "[+]ping ok\n[-]informers failed: not synced\nreadyz check failed\n")
        #expect(ask("/readyz/informers").status == .internalServerError)
        #expect(ask("/readyz/ping").status == .ok)
        #expect(ask("/healthz").status == .ok)
    }

    @Test("verbose shows all checks, exclude leaves one out")
    func options() {
        health.register("informers", at: .ready) { .unhealthy("not synced") }
        #expect(ask("/healthz?verbose").text == "[+]ping ok\nhealthz check passed\n")
        #expect(ask("/readyz?exclude=informers").text == "ok")
        #expect(ask("/readyz?verbose=1&exclude=informers").text == "[+]ping ok\n[+]informers excluded: ok\nreadyz check passed\n")
    }

    @Test("metrics come in Prometheus' text format")
    func metrics() {
        let registry = MetricsRegistry()
        registry.counter("things_total", help: "Things.").increment()
        let answer = ask("/metrics", [.metrics(registry)])
        #expect(answer.contentType.hasPrefix("text/plain; version=0.0.4"))
        #expect(answer.text.contains("things_total 1"))
    }

    @Test("what is not served is not found", arguments: ["/", "/metrics", "/readyz/none", "/livez"])
    func notFound(path: String) { #expect(ask(path).status == .notFound) }

    @Test("only GET and HEAD are served")
    func methods() {
        #expect(ask("/healthz", method: .post).status == .methodNotAllowed)
        #expect(ask("/healthz", method: .head).status == .ok)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Testing

@Suite("Health checks")
struct HealthRegistryTests {
    @Test("a healthy process says ok, and every check when asked to")
    func healthy() {
        let registry = HealthRegistry()
        registry.register("informer-pods", at: .ready) { .healthy(note: "interrupted") }
        #expect(registry.render(.ready) == HealthReport(isHealthy: true, text: "ok"))
        #expect(
            registry.render(.ready, verbose: true).text
                == "[+]ping ok\n[+]shutdown ok\n[+]informer-pods ok: interrupted\nreadyz check passed\n"
        )
        #expect(registry.render(.live, verbose: true).text == "[+]ping ok\nhealthz check passed\n")
    }

    @Test("one failing check fails the endpoint; why is told to who asks for it; it can be left out")
    func unhealthy() {
        let registry = HealthRegistry()
        registry.register("informer-pods", at: .ready) { .unhealthy("forbidden: no") }
        let report = registry.render(.ready)
        #expect(!report.isHealthy)
        #expect(report.text == "[+]ping ok\n[+]shutdown ok\n[-]informer-pods failed: reason withheld\nreadyz check failed\n")
        #expect(registry.render(.ready, verbose: true).text.contains("[-]informer-pods failed: forbidden: no\n"))
        #expect(registry.render(.live).isHealthy)
        #expect(registry.render(.ready, excluding: ["informer-pods"]).isHealthy)
        #expect(registry.render(.ready, check: "informer-pods")?.isHealthy == false)
        #expect(registry.render(.ready, check: "informer-pods")?.text == "internal server error: forbidden: no\n")
        #expect(registry.render(.ready, check: "ping")?.text == "ok")
        #expect(registry.render(.ready, check: "none") == nil)
        registry.remove("informer-pods", at: .ready)
        #expect(registry.render(.ready).isHealthy)
    }

    @Test("leaving out a check that does not exist is reported")
    func unknownExclusion() {
        let text = HealthRegistry().render(.live, verbose: true, excluding: ["pin"]).text
        #expect(
            text == "[+]ping ok\nwarn: some health checks cannot be excluded: no matches for pin\nhealthz check passed\n"
        )
    }

    @Test("a process that is about to stop is alive but not ready")
    func shutdown() {
        let registry = HealthRegistry()
        registry.beginShutdown()
        #expect(registry.isShuttingDown)
        #expect(!registry.render(.ready).isHealthy)
        #expect(registry.render(.ready, check: "shutdown")?.text.contains("shutting down") == true)
        #expect(registry.render(.live).isHealthy)
    }
}

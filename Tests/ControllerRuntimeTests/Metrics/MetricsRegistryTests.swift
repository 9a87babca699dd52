// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import CoreMetrics
import Testing

@Suite("The metrics registry")
struct MetricsRegistryTests {
    @Test("families are sorted, labels too, values escaped, numbers whole where they are")
    func golden() {
        let registry = MetricsRegistry()
        registry.gauge("zebra", help: "Back\\slash\nand line").set(1.5)
        registry.counter("requests_total", help: "Requests", labels: ["path": "a\"b\\c\nd", "code": "200"]).increment(
            by: UInt64(3)
        )
        registry.counter("requests_total", labels: ["path": "/", "code": "200"]).increment(by: 0.5)
        let histogram = registry.histogram("seconds", labels: ["x": "1"], buckets: [0.1, 1, 2.5])
        for value in [0.05, 0.1, 0.5, 99] { histogram.observe(value) }
        #expect(
            registry.render() == #"""
                # HELP requests_total Requests
                # TYPE requests_total counter
                requests_total{code="200",path="/"} 0.5
                requests_total{code="200",path="a\"b\\c\nd"} 3
                # TYPE seconds histogram
                seconds_bucket{x="1",le="0.1"} 2
                seconds_bucket{x="1",le="1"} 3
                seconds_bucket{x="1",le="2.5"} 3
                seconds_bucket{x="1",le="+Inf"} 4
                seconds_sum{x="1"} 99.65
                seconds_count{x="1"} 4
                # HELP zebra Back\\slash\nand line
                # TYPE zebra gauge
                zebra 1.5

                """#
        )
    }

    @Test("past the bound, new series are collected in one")
    func cardinality() {
        let registry = MetricsRegistry(maximumSeries: 3)
        for number in 0..<10 { registry.counter("c", labels: ["task": "t\(number)"]).increment(by: UInt64(1)) }
        #expect(registry.value(of: "c", labels: ["task": "t2"]) == 1)
        #expect(registry.value(of: "c", labels: ["task": "t3"]) == nil)
        #expect(registry.value(of: "c", labels: ["task": "exceeded_cardinality_limit"]) == 7)
    }

    @Test("a name used in two ways does not break the page, and is told")
    func conflict() {
        let registry = MetricsRegistry()
        registry.counter("a", labels: ["x": "1"]).increment(by: UInt64(1))
        registry.gauge("a", labels: ["x": "1"]).set(5)
        registry.counter("a", labels: ["y": "1"]).increment(by: UInt64(1))
        let text = registry.render()
        #expect(text.contains("a{x=\"1\"} 1\n"))
        #expect(text.contains("metrics_registration_conflicts_total 2\n"))
    }

    @Test("series of something that has ended can be taken away")
    func remove() {
        let registry = MetricsRegistry()
        registry.gauge("g", labels: ["controller": "a"]).set(1)
        registry.gauge("g", labels: ["controller": "b"]).set(2)
        registry.removeSeries(labels: ["controller": "a"])
        #expect(registry.value(of: "g", labels: ["controller": "a"]) == nil)
        #expect(registry.value(of: "g", labels: ["controller": "b"]) == 2)
    }

    @Test("libraries that use swift-metrics appear under names that Prometheus allows")
    func backend() {
        let registry = MetricsRegistry()
        Counter(label: "http.requests", dimensions: [("status-code", "200")], factory: registry).increment(by: 2)
        Timer(label: "9lives", dimensions: [], factory: registry).recordNanoseconds(1_500_000_000)
        Gauge(label: "size", dimensions: [], factory: registry).record(7)
        let text = registry.render()
        #expect(text.contains("http_requests{status_code=\"200\"} 2\n"))
        #expect(text.contains("_9lives_seconds_sum 1.5\n"))
        #expect(text.contains("size 7\n"))
    }

    @Test("a controller has controller-runtime's families, names, labels and buckets")
    func controllerNames() {
        let clock = ManualClock()
        let environment = RuntimeEnvironment(time: clock.timeSource)
        let controller = Controller(
            name: "c",
            reconciler: DoNothing(),
            options: ControllerOptions(workers: 3),
            environment: environment
        )
        let text = environment.metrics.render()
        for line in [
            #"controller_runtime_reconcile_total{controller="c",result="error"} 0"#,
            #"controller_runtime_reconcile_total{controller="c",result="requeue"} 0"#,
            #"controller_runtime_reconcile_total{controller="c",result="requeue_after"} 0"#,
            #"controller_runtime_reconcile_total{controller="c",result="success"} 0"#,
            #"controller_runtime_reconcile_errors_total{controller="c"} 0"#,
            #"controller_runtime_terminal_reconcile_errors_total{controller="c"} 0"#,
            #"controller_runtime_reconcile_timeouts_total{controller="c"} 0"#,
            #"controller_runtime_max_concurrent_reconciles{controller="c"} 3"#,
            #"controller_runtime_active_workers{controller="c"} 0"#,
            #"controller_runtime_reconcile_time_seconds_bucket{controller="c",le="0.15"} 0"#,
            #"controller_runtime_reconcile_time_seconds_bucket{controller="c",le="60"} 0"#,
            #"workqueue_depth{controller="c",name="c",priority="0"} 0"#,
            #"workqueue_adds_total{controller="c",name="c"} 0"#,
            #"workqueue_queue_duration_seconds_bucket{controller="c",name="c",le="1e-08"} 0"#,
            #"workqueue_queue_duration_seconds_bucket{controller="c",name="c",le="1000"} 0"#,
            #"workqueue_work_duration_seconds_count{controller="c",name="c"} 0"#,
            #"workqueue_unfinished_work_seconds{controller="c",name="c"} 0"#,
            #"workqueue_longest_running_processor_seconds{controller="c",name="c"} 0"#,
            #"workqueue_retries_total{controller="c",name="c"} 0"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(controller.name == "c")
    }

    #if os(Linux)
        @Test("the process is told under Prometheus' names, with plausible values")
        func process() throws {
            let registry = MetricsRegistry()
            let registration = registry.addProcessMetrics()
            _ = registry.render()
            #expect(try #require(registry.value(of: "process_resident_memory_bytes")) > 1_000_000)
            #expect(try #require(registry.value(of: "process_virtual_memory_bytes")) > 1_000_000)
            #expect(try #require(registry.value(of: "process_cpu_seconds_total")) > 0)
            #expect(try #require(registry.value(of: "process_open_fds")) >= 3)
            #expect(try #require(registry.value(of: "process_max_fds")) >= 64)
            #expect(try #require(registry.value(of: "process_start_time_seconds")) > 1_700_000_000)
            _ = registration
        }
    #endif
}

private struct DoNothing: Reconciler {
    func reconcile(_ key: ObjectKey, context: ReconcileContext) async throws -> ReconcileResult { .done }
}

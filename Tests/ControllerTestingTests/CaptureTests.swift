// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import Logging
import Testing

@Suite("Captured metrics and logs")
struct CaptureTests {
    @Test("a snapshot has every series, and says what has changed since an earlier one")
    func metrics() {
        let registry = MetricsRegistry()
        registry.counter("adds_total", labels: ["name": "a", "controller": "c \"x\""]).increment(by: UInt64(2))
        let before = MetricSnapshot(of: registry)
        #expect(before["adds_total", ["controller": "c \"x\"", "name": "a"]] == 2)
        #expect(before["adds_total", ["controller": "other", "name": "a"]] == nil)
        registry.counter("adds_total", labels: ["name": "a", "controller": "c \"x\""]).increment(by: UInt64(3))
        registry.counter("adds_total", labels: ["name": "b", "controller": "c"]).increment(by: UInt64(1))
        registry.gauge("depth").set(4)
        let after = MetricSnapshot(of: registry)
        #expect(after.total(of: "adds_total") == 6)
        #expect(after["depth", [:]] == 4)
        let changes = after.changes(since: before)
        #expect(changes[#"adds_total{controller="c",name="b"}"#] == 1)
        #expect(changes["depth"] == 4)
        #expect(changes.count == 3)
        #expect(after.changes(since: after).isEmpty)
    }

    @Test("a log that grows too long keeps the newest lines and counts the others")
    func log() {
        let log = LogCapture()
        let logger = log.logger()
        for number in 0..<10_005 { logger.info("\(number)") }
        #expect(log.entries.count == 10_000)
        #expect(log.entries.last?.message == "10004")
        #expect(log.dropped == 5)
    }
}

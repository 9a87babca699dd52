// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Foundation
import Testing

@Suite("The names of all metrics", .timeLimit(.minutes(1)))
struct MetricNamesTests {
    /// The list that dashboards rely on; written anew when UPDATE_GOLDEN is set, for review.
    static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("metrics.txt")

    @Test("names, types, labels and buckets are those of the reviewed list")
    func golden() async throws {
        let schema = try await RegisteredMetrics().schema
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try schema.write(to: Self.golden, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: Self.golden, encoding: .utf8)
        #expect(schema == expected, "to accept a change, run once with UPDATE_GOLDEN=1 and review the difference")
    }

    @Test("Prometheus' own linter has nothing to say about a scrape", Tool.needs("promtool", package: "prometheus"))
    func promtool() async throws {
        let metrics = try await RegisteredMetrics()
        let (code, output) = try Tool.run("promtool", ["check", "metrics"], input: metrics.environment.metrics.render())
        #expect(code == 0, "\(output)")
        #expect(output.isEmpty)
    }
}

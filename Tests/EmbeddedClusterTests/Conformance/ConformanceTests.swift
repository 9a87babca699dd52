// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta
import Testing

@testable import EmbeddedCluster

/// The answers of a real API server, step by step. A step that is listed in `known-differences.txt` may differ; one that is not listed
/// must not, and one that no longer differs must be taken off the list.
@Suite("The cluster answers as Kubernetes does", .serialized, .timeLimit(.minutes(5)))
struct ConformanceTests {
    static let scenarios = [
        "concurrency", "crd-lifecycle", "crd-objects", "crd-subresources", "crud-bodies", "crud-configmap", "crud-secret",
        "deletion-collection", "deletion-finalizers", "deletion-gc", "discovery", "dry-run", "events", "field-validation",
        "generate-name",
        "leases", "list-paging", "list-pods-and-cr", "list-selectors", "namespaces", "patch-merge-json", "patch-strategic",
        "pods-defaulting", "pods-subresources", "pods-update", "pods-validation", "watch-basic", "watch-bookmarks",
        "watch-errors",
        "crd-invalid", "admission-validating", "admission-mutating", "admission-policy",
    ]

    /// Time that runs twenty times as fast, so that watches with timeouts end soon.
    private static let clock: ClusterClock = {
        let system = ClusterClock.system
        return ClusterClock(
            wallNow: system.wallNow,
            monotonicNow: { system.monotonicNow() * 20 },
            sleepUntil: { try await system.sleepUntil($0 / 20) }
        )
    }()

    @Test("scenario", arguments: scenarios)
    func scenario(_ name: String) async throws {
        guard let data = ConformanceData.shared else {
            #expect(!ConformanceData.isRequired, "the conformance data is missing: set CONFORMANCE_DIR")
            return
        }
        if let filter = ConformanceData.filter, !filter.contains(name) { return }
        let hook = ScenarioHook(clock: Self.clock)
        let cluster = try EmbeddedCluster(options: EmbeddedClusterOptions(clock: Self.clock, webhookCaller: hook))
        let run = ScenarioRun(
            cluster: cluster,
            hook: hook,
            scenario: try data.document("scenarios", name),
            recording: try data.document("recordings", name),
            run: "zqbcdfg"
        )
        let (steps, differences) = await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cluster.run() }
            let result = await run.play()
            await cluster.shutdown()
            group.cancelAll()
            return result
        }
        let known = try ConformanceData.knownDifferences()
        print("conformance \(name): \(steps - differences.count) of \(steps) steps answer as recorded")
        for difference in differences where known["\(name)/\(difference.step)"] == nil {
            let places = difference.places.prefix(6).joined(separator: "\n    ")
            Issue.record("\(name)/\(difference.step) differs:\n    \(places)")
        }
        let differing = Set(differences.map { "\(name)/\($0.step)" })
        for (step, _) in known where step.hasPrefix(name + "/") && !differing.contains(step) {
            Issue.record("\(step) answers as recorded now: take it off known-differences.txt")
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// What a key costs in the work queue: added, taken and done, in batches of 1,000. With flows, each namespace is one.
enum QueueBenchmark {
    static func run() throws -> [Row] {
        let plain = WorkQueueOptions<ObjectKey>()
        let fair = WorkQueueOptions<ObjectKey>(flow: { $0.namespace ?? "" })
        let seconds = try Measurement.compare([
            work(WorkQueue(name: "plain", options: plain), namespaces: 1),
            work(WorkQueue(name: "fair", options: fair), namespaces: 10),
            work(WorkQueue(name: "very fair", options: fair), namespaces: batch),
            workWithCauses(WorkQueue(name: "causes", options: plain)),
        ])
        let names = ["add + take + done", "the same, 10 flows", "the same, a flow for each key", "the same, with a cause"]
        return zip(names, seconds).map { name, seconds in
            Row(
                name: "work queue: \(name)",
                unit: "ns/key",
                ours: seconds / Double(batch) * 1e9,
                other: nil,
                isMoreBetter: false
            )
        }
    }

    private static let batch = 1000

    private static func keys(_ namespaces: Int) -> [ObjectKey] {
        (0..<batch).map { ObjectKey(namespace: "tenant-\($0 % namespaces)", name: "task-\($0)") }
    }

    private static func work(_ queue: WorkQueue<ObjectKey>, namespaces: Int) -> () throws -> Void {
        let keys = keys(namespaces)
        return {
            queue.add(contentsOf: keys)
            queue.done(contentsOf: queue.takeIfReady(upTo: keys.count))
        }
    }

    private static func workWithCauses(_ queue: WorkQueue<ObjectKey>) -> () throws -> Void {
        let additions = keys(1).map { KeyAddition($0, cause: ReconcileCause(.updated, kind: "Pod", object: $0)) }
        return {
            queue.add(contentsOf: additions)
            queue.done(contentsOf: queue.takeIfReady(upTo: additions.count))
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// What a key costs in the work queue: added, taken and done, in batches of 1,000.
enum QueueBenchmark {
    static func run() throws -> [Row] {
        let queue = WorkQueue<ObjectKey>(name: "benchmark")
        let keys = (0..<1000).map { ObjectKey(namespace: "default", name: "task-\($0)") }
        let seconds = try Measurement.compare([
            {
                queue.add(contentsOf: keys)
                queue.done(contentsOf: queue.takeIfReady(upTo: keys.count))
            }
        ])
        return [
            Row(
                name: "work queue: add + take + done",
                unit: "ns/key",
                ours: seconds[0] / Double(keys.count) * 1e9,
                other: nil,
                isMoreBetter: false
            )
        ]
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

@main
struct Benchmarks {
    static func main() async throws {
        #if DEBUG
            print("note: this is a debug build; the numbers mean nothing (use swift run -c release)")
        #endif
        var rows = try JSONBenchmark.run() + QueueBenchmark.run()
        rows += try await ClusterBenchmark.run()
        if let programs = try LocalPrograms() {
            rows += try await TaskBenchmark.run(programs)
            rows += try RunBenchmark.run(programs)
            try programs.remove()
        } else {
            print("note: no programs in bin/; run make build for the rows of tasks and of agentctl run")
        }
        print(Table.text(of: rows))
    }
}

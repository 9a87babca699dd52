// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Runs all benchmarks and prints their table.
@main
struct Benchmarks {
    static func main() throws {
        #if DEBUG
            print("note: this is a debug build; the numbers mean nothing (use swift run -c release)")
        #endif
        print(Table.text(of: try JSONBenchmark.run()))
    }
}

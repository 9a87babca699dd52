// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LocalNode

@Suite("Memory as /proc tells it")
struct MemoryUsageTests {
    @Test("a process's own and shared memory count, its program's file pages do not")
    func status() {
        let usage = MemoryUsage(
            status: "Name:\tpython3\nVmRSS:\t 900 kB\nRssAnon:\t 100 kB\nRssFile:\t 700 kB\nRssShmem:\t 100 kB\nVmSwap:\t 5 kB\n"
        )
        #expect(usage.bytes == 205 * 1024)
    }

    @Test("shared pages count by their share")
    func rollup() {
        let usage = MemoryUsage(
            rollup: "Rss: 900 kB\nPss: 500 kB\nPss_Anon: 40 kB\nPss_File: 460 kB\nPss_Shmem: 2 kB\nSwapPss: 1 kB\n"
        )
        #expect(usage.bytes == 43 * 1024)
    }

    @Test("bubblewrap's report is read by name, the last one counts")
    func report() {
        let bytes = Array("{ \"child-pid\": 7, \"net-namespace\": 4026532179 }\n{ \"exit-code\": 41 }\n".utf8)
        #expect(SandboxReport(bytes).number("exit-code") == 41)
        #expect(SandboxReport(bytes).number("child-pid") == 7)
        #expect(SandboxReport(Array("{\n    \"child-pid\": 31167".utf8)).number("exit-code") == nil)
    }
}

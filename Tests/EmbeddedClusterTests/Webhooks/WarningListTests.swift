// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import EmbeddedCluster

@Suite("The warnings of an answer")
struct WarningListTests {
    @Test("each once, and none that is empty")
    func distinct() { #expect(WarningList.bounded(["a", "", "b", "a"]) == ["a", "b"]) }

    @Test("whole as long as all together are short, then cut, then left out")
    func limits() {
        let long = String(repeating: "w", count: 2000)
        #expect(WarningList.bounded([long, long + "2"]) == [long, long + "2"])
        let cut = WarningList.bounded([long, long + "2", long + "3", "é" + long])
        #expect(cut.map(\.unicodeScalars.count) == [256, 256, 256, 256])
        #expect(cut[3].hasPrefix("éw"))
        let many = WarningList.bounded((0..<40).map { "\($0) " + long })
        #expect(many.count == 16)
    }
}

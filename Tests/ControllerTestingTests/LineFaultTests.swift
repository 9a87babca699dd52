// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ControllerTesting

@Suite("Faults of lines")
struct LineFaultTests {
    private func run(_ kind: LineFault.Kind, _ text: String, pieces: Int) -> String {
        var fault = LineFault(kind)
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count, !fault.hasEnded {
            let end = min(bytes.count, start + pieces)
            out += fault.take(Array(bytes[start..<end]))
            start = end
        }
        if !fault.hasEnded { out += fault.finish() ?? [] }
        return String(decoding: out, as: UTF8.self)
    }

    @Test("however the pieces fall, the lines are the same", arguments: [1, 2, 3, 5, 100])
    func pieces(count: Int) {
        #expect(run(.repeated, "a\nbb\nc", pieces: count) == "a\na\nbb\nbb\nc")
        #expect(run(.ended(afterLines: 2, by: Array("E\n".utf8)), "a\nbb\nc\n", pieces: count) == "a\nbb\nE\n")
        #expect(run(.ended(afterLines: 0, by: Array("E\n".utf8)), "a\n", pieces: count) == "E\n")
        #expect(run(.ended(afterLines: 9, by: Array("E\n".utf8)), "a\nb", pieces: count) == "a\nb")
    }
}

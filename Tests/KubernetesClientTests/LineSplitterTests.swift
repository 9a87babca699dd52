// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubernetesClient

@Suite("Lines of a stream")
struct LineSplitterTests {
    /// All lines of `text` when it comes in pieces that end at `cuts`.
    private func lines(_ text: String, cutAt cuts: [Int]) throws -> [String] {
        let bytes = Array(text.utf8)
        var splitter = LineSplitter(maximumLineBytes: 1_000)
        var found: [String] = []
        var start = 0
        for cut in cuts + [bytes.count] {
            splitter.append(Array(bytes[start..<cut]))
            start = cut
            while let line = try splitter.nextLine({ String(decoding: $0, as: UTF8.self) }) { found.append(line) }
        }
        return found
    }

    private func next(_ splitter: inout LineSplitter) throws -> String? {
        try splitter.nextLine { String(decoding: $0, as: UTF8.self) }
    }

    @Test("lines are the same wherever the pieces are cut")
    func everyCut() throws {
        let text = "one\n\ntwo\r\nthree is longer\n\r\nfour\n"
        let expected = ["one", "two\r", "three is longer", "four"]
        let count = text.utf8.count
        #expect(try lines(text, cutAt: []) == expected)
        for first in 0...count {
            for second in first...count { #expect(try lines(text, cutAt: [first, second]) == expected) }
        }
        #expect(try lines(text, cutAt: Array(0...count)) == expected)
    }

    @Test("a line without an end is held back, and known to be there")
    func partial() throws {
        var splitter = LineSplitter(maximumLineBytes: 10)
        splitter.append(Array("a\nb".utf8))
        var line = try next(&splitter)
        #expect(line == "a")
        line = try next(&splitter)
        #expect(line == nil)
        #expect(splitter.hasPartialLine)
        splitter.append(Array("c\n".utf8))
        line = try next(&splitter)
        #expect(line == "bc")
        #expect(!splitter.hasPartialLine)
    }

    @Test("a line of the limit passes, one byte more does not, whether its end has come or not", arguments: ["", "\n"])
    func limit(end: String) throws {
        var splitter = LineSplitter(maximumLineBytes: 4)
        splitter.append(Array("1234\n12345\(end)".utf8))
        let line = try next(&splitter)
        #expect(line == "1234")
        #expect(throws: LineSplitterError<Never>.self) { _ = try next(&splitter) }
    }
}

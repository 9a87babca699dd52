// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesJSON
import Testing

@testable import AgentTaskOperator

@Suite("Reading a result")
struct ResultReaderTests {
    @Test("JSON is a result after any exit code, text only after success, and the log's tail after a failure")
    func kinds() {
        guard case .json(let result) = ResultReader.read(#"{"a":1}"#, exitCode: 0) else { return #expect(Bool(false)) }
        #expect(result.json == ["a": 1])
        #expect(result.sizeBytes == 7)
        #expect(result.sha256 == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862")
        guard case .json = ResultReader.read("[1]", exitCode: 3) else { return #expect(Bool(false)) }
        guard case .invalidJSON(let text) = ResultReader.read("{oops", exitCode: 0) else { return #expect(Bool(false)) }
        #expect(text.raw == "{oops")
        #expect(ResultReader.read("Traceback", exitCode: 1) == .logTail("Traceback"))
        #expect(ResultReader.read(" \n", exitCode: 0) == .none)
    }

    @Test("4,095 bytes are a result, 4,096 may have been cut and are not")
    func edge() {
        let whole = "\"" + String(repeating: "x", count: 4093) + "\""
        guard case .json = ResultReader.read(whole, exitCode: 0) else { return #expect(Bool(false)) }
        let full = "\"" + String(repeating: "x", count: 4094) + "\""
        guard case .tooLarge(let result) = ResultReader.read(full, exitCode: 0) else { return #expect(Bool(false)) }
        #expect(result.truncated == true)
        #expect(result.json == nil)
        // A cut inside a character arrives as U+FFFD, which makes it longer than the limit.
        guard case .tooLarge = ResultReader.read("\u{FFFD}" + String(repeating: "x", count: 4095), exitCode: 0) else {
            return #expect(Bool(false))
        }
    }

    @Test("a tail has at most 2,048 bytes, whole characters, and begins with a line where it can")
    func tails() {
        let lines = (0..<1000).map { "line \($0)" }.joined(separator: "\n")
        let tail = ResultReader.tail(lines)
        #expect(tail.utf8.count <= 2048)
        #expect(tail.hasPrefix("line "))
        #expect(tail.hasSuffix("line 999"))
        let wide = ResultReader.tail(String(repeating: "é", count: 2000) + "x")
        #expect(wide.utf8.count <= 2048)
        #expect(wide.allSatisfy { $0 == "é" || $0 == "x" })
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import agentctl

@Suite("What agentctl prints")
struct OutputTests {
    @Test("control characters of a program's text are shown, never obeyed")
    func safeText() {
        let rows: [(String, line: String, block: String)] = [
            ("plain ä 🙂", "plain ä 🙂", "plain ä 🙂"),
            ("a\nb\tc", "a\\nb\\tc", "a\nb\tc"),
            ("\u{1B}[2J", "\\x1B[2J", "\\x1B[2J"),
            ("\r\u{7F}\u{9B}31m", "\\r\\x7F\\x9B31m", "\\r\\x7F\\x9B31m"),
            ("\u{202E}evil", "\\u{202E}evil", "\\u{202E}evil"),
        ]
        for (text, line, block) in rows {
            #expect(SafeText.line(text) == line)
            #expect(SafeText.block(text) == block)
        }
    }

    @Test("an indented document is the same JSON, and a terminal obeys nothing in it")
    func indented() throws {
        let value: JSONValue = ["a": [1, "\u{1B}[31m\u{9B}x"], "\u{202E}": [:], "e": []]
        let text = value.indented
        #expect(try JSONValue(parsing: text) == value)
        #expect(!text.unicodeScalars.contains { SafeText.isControl($0) && $0 != "\n" })
        #expect(text.contains("\n  \"a\": [\n    1,"))
    }

    @Test("a character that is cut between two chunks waits for its rest")
    func chunks() {
        let euro = Array("€".utf8)
        #expect(LogPrinter.lengthOfWholeCharacters([0x61] + euro[..<2]) == 1)
        #expect(LogPrinter.lengthOfWholeCharacters([0x61] + euro) == 4)
        #expect(LogPrinter.lengthOfWholeCharacters([0xF0, 0x9F, 0x99]) == 0)
        // Bytes that can never become a character are not held back for ever.
        #expect(LogPrinter.lengthOfWholeCharacters([0x80, 0x80, 0x80, 0x80]) == 4)
        #expect(LogPrinter.lengthOfWholeCharacters([]) == 0)
    }

    @Test("ages read as in kubectl")
    func ages() {
        let rows: [(Int64, String)] = [
            (0, "0s"), (119, "119s"), (120, "2m"), (130, "2m10s"), (600, "10m"), (10_799, "179m"), (10_800, "3h"),
            (12_000, "3h20m"),
            (172_800, "2d"), (190_000, "2d4h"), (864_000, "10d"), (94_608_000, "3y"),
        ]
        for (seconds, text) in rows { #expect(Age.text(seconds: seconds) == text) }
    }

    @Test("a table has three spaces between columns and none at the end")
    func table() {
        var table = TextTable(["NAME", "AGE"])
        table.add(["a-long-name", "5s"])
        table.add(["b\n", ""])
        #expect(table.text == "NAME          AGE\na-long-name   5s\nb\\n           \n")
    }
}

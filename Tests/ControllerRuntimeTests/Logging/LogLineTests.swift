// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesJSON
import Logging
import Testing

@Suite("Log lines")
struct LogLineTests {
    private func line(_ message: String, _ metadata: Logger.Metadata = [:], _ format: LogFormat) -> String {
        let line = LogLine(
            time: WallTime(microseconds: 1_500_000),
            level: .warning,
            label: "l",
            message: message,
            metadata: metadata
        )
        return String(decoding: line.rendered(as: format), as: UTF8.self)
    }

    @Test("text is time, level, message and sorted pairs")
    func text() {
        #expect(
            line("it happened", ["key": "ns/a", "b": "two words"], .text)
                == "1970-01-01T00:00:01.500000Z WARNING  it happened b=\"two words\" key=ns/a\n"
        )
    }

    @Test("JSON holds the same, and nested metadata as JSON")
    func json() throws {
        let text = line("it \"happened\"", ["key": "ns/a", "list": ["x", ["k": "v"]], "level": "mine"], .json)
        #expect(text.hasSuffix("\n"))
        let value = try JSONValue(parsing: text)
        #expect(value["time"]?.string == "1970-01-01T00:00:01.500000Z")
        #expect(value["level"]?.string == "warning")
        #expect(value["level_"]?.string == "mine")
        #expect(value["logger"]?.string == "l")
        #expect(value["message"]?.string == "it \"happened\"")
        #expect(value["list"]?[1]?["k"]?.string == "v")
    }

    @Test("no character makes a second line or speaks to a terminal", arguments: LogFormat.allCases)
    func control(format: LogFormat) throws {
        let nasty = String(String.UnicodeScalarView((0..<0x2070).compactMap { Unicode.Scalar($0) }))
        let text = line(nasty, ["k\n\u{1b}[0m": .string(nasty)], format)
        #expect(text.unicodeScalars.filter { $0 == "\n" }.count == 1)
        for scalar in text.unicodeScalars.dropLast() {
            #expect(
                scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) && scalar.value != 0x2028 && scalar.value != 0x202E
            )
        }
        if format == .json { #expect(try JSONValue(parsing: text)["message"]?.string == nasty) }
    }

    @Test("the handler merges the logger's metadata with the line's, and filters by level")
    func handler() {
        let lines = Locked<[String]>([])
        let sink = LogSink { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        var logger = Logger(label: "x") { label in
            StructuredLogHandler(label: label, format: .text, level: .info, sink: sink, wallNow: { WallTime(seconds: 0) })
        }
        logger[metadataKey: "a"] = "1"
        logger.debug("not shown")
        logger.info("shown", metadata: ["b": "2"])
        #expect(lines.withLock { $0 } == ["1970-01-01T00:00:00.000000Z INFO     shown a=1 b=2\n"])
    }
}

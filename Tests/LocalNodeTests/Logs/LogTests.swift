// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta
import Testing

@testable import LocalNode

@Suite("A container's log", .timeLimit(.minutes(1)))
final class LogTests: Sendable {
    let directory: String

    init() throws {
        var template = Array("/tmp/agenttask-log-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Directory.remove(directory) }

    private static func second(_ seconds: Int64) -> MicroTime { MicroTime(microseconds: seconds * 1_000_000) }

    private func read(_ log: ContainerLog, _ query: LogQuery = LogQuery()) -> String {
        let extent = log.extent
        var reader = ContainerLogReader(directory: log.directory, extent: extent, query: query)
        var bytes: [UInt8] = []
        while case let more = reader.next(extent), !more.isEmpty { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func threeLines() -> ContainerLog {
        let log = ContainerLog(directory: directory)
        log.append(Array("one\n".utf8), stream: .standardOutput, at: Self.second(1))
        log.append(Array("two\n".utf8), stream: .standardError, at: Self.second(2))
        log.append(Array("three\n".utf8), stream: .standardOutput, at: Self.second(3))
        return log
    }

    @Test("the file has the container runtimes' format")
    func format() throws {
        _ = threeLines()
        let text = try #require(TextFile.text("\(directory)/0.log"))
        #expect(
            text == """
                1970-01-01T00:00:01.000000Z stdout F one
                1970-01-01T00:00:02.000000Z stderr F two
                1970-01-01T00:00:03.000000Z stdout F three
                """
        )
    }

    @Test(
        "options choose what is read",
        arguments: [
            (LogQuery(), "one\ntwo\nthree\n"),
            (LogQuery(tailLines: 2), "two\nthree\n"),
            (LogQuery(tailLines: 0), ""),
            (LogQuery(tailLines: 9), "one\ntwo\nthree\n"),
            (LogQuery(limitBytes: 6), "one\ntw"),
            (LogQuery(limitBytes: 0), ""),
            (LogQuery(sinceMicroseconds: 2_000_000), "two\nthree\n"),
            (LogQuery(sinceMicroseconds: 9_000_000), ""),
            (LogQuery(tailLines: 1, timestamps: true), "1970-01-01T00:00:03.000000Z three\n"),
            (LogQuery(tailLines: 2, limitBytes: 3), "two"),
        ]
    )
    func options(query: LogQuery, expected: String) {
        #expect(read(threeLines(), query) == expected)
    }

    @Test("a line that comes in pieces is one line, and one without an end is written when the program ends")
    func pieces() {
        let log = ContainerLog(directory: directory)
        log.append(Array("he".utf8), stream: .standardOutput, at: Self.second(1))
        log.append(Array("warn\n".utf8), stream: .standardError, at: Self.second(1))
        log.append(Array("llo\nrest".utf8), stream: .standardOutput, at: Self.second(2))
        #expect(read(log) == "warn\nhello\n")
        log.finish(at: Self.second(3))
        #expect(read(log) == "warn\nhello\nrest\n")
        #expect(log.extent.isEnded)
    }

    @Test("a very long line is kept in parts and read as one")
    func longLine() {
        let log = ContainerLog(directory: directory)
        let long = String(repeating: "x", count: 3 * LogLine.maximumContent + 5)
        log.append(Array((long + "\nshort\n").utf8), stream: .standardOutput, at: Self.second(1))
        #expect(read(log) == long + "\nshort\n")
        #expect(read(log, LogQuery(tailLines: 2)) == long + "\nshort\n")
        #expect(read(log, LogQuery(tailLines: 1)) == "short\n")
        #expect(read(log, LogQuery(timestamps: true)).split(separator: "\n").count == 2)
    }

    @Test("a log keeps its newest bytes within the bound, and says where it was cut")
    func bound() throws {
        let log = ContainerLog(directory: directory, maximum: 40_000)
        for number in 0..<5000 {
            log.append(Array("line \(number)\n".utf8), stream: .standardOutput, at: Self.second(1))
        }
        var onDisk = 0
        for name in Directory.names(directory) {
            var information = stat()
            #expect(stat("\(directory)/\(name)", &information) == 0)
            onDisk += Int(information.st_size)
        }
        #expect(onDisk <= 40_000)
        let lines = read(log).split(separator: "\n")
        #expect(lines.first?.hasPrefix("[older output was cut here: ") == true)
        #expect(lines.last == "line 4999")
        let numbers = lines.dropFirst().compactMap { Int($0.dropFirst(5)) }
        #expect(numbers == Array((5000 - numbers.count)..<5000))
        #expect(read(log, LogQuery(tailLines: 1)) == "line 4999\n")
    }

    @Test("a follower sees every line once, across segments, and ends with the program")
    func follow() async throws {
        let log = ContainerLog(directory: directory, maximum: 4_000_000)
        var reader = ContainerLogReader(directory: directory, extent: log.extent, query: LogQuery(follow: true))
        async let written: Void = {
            for number in 0..<20_000 { log.append(Array("\(number)\n".utf8), stream: .standardOutput, at: Self.second(1)) }
            log.finish(at: Self.second(2))
        }()
        var bytes: [UInt8] = []
        while true {
            let extent = log.extent
            let more = reader.next(extent)
            bytes += more
            if more.isEmpty {
                if extent.isEnded { break }
                await log.waitForChange(since: extent.version)
            }
        }
        await written
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
        #expect(numbers == Array(0..<20_000))
    }

    @Test("a waiting follower is let go when it is canceled")
    func cancellation() async {
        let log = threeLines()
        let version = log.extent.version
        let task = Task { await log.waitForChange(since: version) }
        task.cancel()
        await task.value
    }

    @Test("the log of an earlier node process is readable, half a last line left out")
    func restored() throws {
        _ = threeLines()
        let file = try Descriptor.open("\(directory)/0.log", O_WRONLY | O_APPEND)
        try file.writeAll(Array("1970-01-01T00:00:04.0000".utf8))
        let log = ContainerLog(leftIn: directory)
        #expect(log.extent.isEnded)
        #expect(read(log) == "one\ntwo\nthree\n")
    }

    @Test("a disk that cannot be written ends the log, not the program")
    func unwritable() {
        let log = ContainerLog(directory: "/nonexistent")
        log.append(Array("lost\n".utf8), stream: .standardOutput, at: Self.second(1))
        #expect(log.failure?.message.contains("/nonexistent") == true)
        #expect(read(log) == "")
    }

    @Test("bytes that are no text survive")
    func bytes() {
        let log = ContainerLog(directory: directory)
        log.append([0xff, 0x00, 0x1b, 0x0a], stream: .standardOutput, at: Self.second(1))
        let extent = log.extent
        var reader = ContainerLogReader(directory: directory, extent: extent, query: LogQuery())
        #expect(reader.next(extent) == [0xff, 0x00, 0x1b, 0x0a])
    }
}

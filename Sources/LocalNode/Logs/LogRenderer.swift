// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Turns log entries into what a reader asked for: filters by time, strips or keeps the times, stops at the byte limit.
struct LogRenderer: Sendable {
    private let since: String?
    private let timestamps: Bool
    private var remaining: Int?
    private var isInsideLine = false

    init(_ query: LogQuery) {
        since = query.sinceMicroseconds.map { MicroTime(microseconds: $0).description }
        timestamps = query.timestamps
        remaining = query.limitBytes
    }

    /// The reader has all the bytes it asked for.
    var isFull: Bool { remaining.map { $0 <= 0 } ?? false }

    /// Appends one entry. The time stands only in front of the first part of a long line.
    mutating func append(_ line: LogLine, to output: inout [UInt8]) {
        guard !isFull else { return }
        if let since, line.time < since { return }
        let before = output.count
        if timestamps, !isInsideLine {
            output += line.time.utf8
            output.append(UInt8(ascii: " "))
        }
        output += line.content
        if line.isComplete { output.append(UInt8(ascii: "\n")) }
        isInsideLine = !line.isComplete
        guard let left = remaining else { return }
        let added = output.count - before
        if added > left { output.removeLast(added - left) }
        remaining = left - min(added, left)
    }

    /// The line that says that older entries are gone.
    mutating func appendCutMarker(dropped: Int, time: String, to output: inout [UInt8]) {
        let text = "[older output was cut here: \(dropped) bytes; a log keeps its newest part]"
        append(LogLine(time: time, stream: .standardError, isComplete: true, content: Array(text.utf8)[...]), to: &output)
    }
}

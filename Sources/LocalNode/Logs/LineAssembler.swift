// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Cuts what a program writes to one stream into log entries. Holds at most one unfinished line of `LogLine.maximumContent` bytes.
struct LineAssembler: Sendable {
    let stream: LogStream
    private var pending: [UInt8] = []

    init(stream: LogStream) { self.stream = stream }

    /// Takes bytes in and appends the entries they complete.
    mutating func feed(_ bytes: [UInt8], time: String, into entries: inout [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = LogLine.maximumContent - pending.count
            let window = rest.prefix(room)
            if let newline = window.firstIndex(of: UInt8(ascii: "\n")) {
                emit(window[..<newline], isComplete: true, time: time, into: &entries)
                rest = rest[(newline + 1)...]
            } else if window.count == room {
                emit(window, isComplete: false, time: time, into: &entries)
                rest = rest.dropFirst(room)
            } else {
                pending += window
                return
            }
        }
    }

    /// The stream has ended: what has no newline becomes an entry of its own.
    mutating func finish(time: String, into entries: inout [UInt8]) {
        guard !pending.isEmpty else { return }
        emit([], isComplete: true, time: time, into: &entries)
    }

    private mutating func emit(_ tail: ArraySlice<UInt8>, isComplete: Bool, time: String, into entries: inout [UInt8]) {
        if pending.isEmpty {
            LogLine(time: time, stream: stream, isComplete: isComplete, content: tail).append(to: &entries)
        } else {
            pending += tail
            LogLine(time: time, stream: stream, isComplete: isComplete, content: pending[...]).append(to: &entries)
            pending.removeAll(keepingCapacity: true)
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads a log from its files, from the start or its last lines, and follows it while it grows.
///
/// One reader at a time; holds one chunk and one open file. A reader that is overtaken by the dropping of old segments goes on at the
/// oldest one that is left, with a line that says so.
struct ContainerLogReader {
    private static let chunk = 64 << 10

    private let directory: String
    private var renderer: LogRenderer
    private var segment: Int
    private var offset = 0
    private var partial: [UInt8] = []
    private var skipLines = 0
    private var markedDropped: Int

    /// - Parameters:
    ///   - directory: Where the segments are.
    ///   - extent: What the log holds now.
    init(directory: String, extent: ContainerLog.Extent, query: LogQuery) {
        self.directory = directory
        renderer = LogRenderer(query)
        segment = extent.segments.first
        markedDropped = 0
        if let tail = query.tailLines {
            let total = Self.countLines(directory: directory, segments: extent.segments)
            skipLines = max(0, total - tail)
            if skipLines > 0 || tail == 0 { markedDropped = extent.segments.dropped }
        }
    }

    /// The reader has all it asked for.
    var isFull: Bool { renderer.isFull }

    /// What the log holds beyond what was read, up to a chunk; empty when there is nothing more now.
    mutating func next(_ extent: ContainerLog.Extent) -> [UInt8] {
        var output: [UInt8] = []
        skipDropped(extent, &output)
        while output.isEmpty, !renderer.isFull {
            let path = ContainerLog.path(directory, segment: segment)
            // Not beyond what the extent tells: a reader without follow ends where the log ended when it began.
            let known = extent.segments.size(of: segment) - offset
            guard let bytes = Self.read(path, from: offset, upTo: max(0, min(Self.chunk, known))) else { return output }
            if bytes.isEmpty {
                guard segment < extent.segments.last else { return output }
                (segment, offset, partial) = (segment + 1, 0, [])
                continue
            }
            offset += bytes.count
            render(bytes, &output)
        }
        return output
    }

    private mutating func skipDropped(_ extent: ContainerLog.Extent, _ output: inout [UInt8]) {
        if segment < extent.segments.first {
            (segment, offset, partial) = (extent.segments.first, 0, [])
        } else if offset > 0 {
            return
        }
        guard segment == extent.segments.first, extent.segments.dropped > markedDropped else { return }
        let time = Self.read(ContainerLog.path(directory, segment: segment), from: 0, upTo: 27) ?? []
        renderer.appendCutMarker(
            dropped: extent.segments.dropped - markedDropped,
            time: String(decoding: time, as: UTF8.self),
            to: &output
        )
        markedDropped = extent.segments.dropped
    }

    private mutating func render(_ bytes: [UInt8], _ output: inout [UInt8]) {
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let raw = partial.isEmpty ? rest[..<newline] : (partial + rest[..<newline])[...]
            partial = []
            rest = rest[(newline + 1)...]
            guard let line = LogLine(raw) else { continue }
            if skipLines > 0 {
                if line.isComplete { skipLines -= 1 }
                continue
            }
            renderer.append(line, to: &output)
        }
        partial += rest
    }

    private static func countLines(directory: String, segments: LogSegments) -> Int {
        var count = 0
        for segment in segments.first...segments.last {
            var reader = LineCounter(path: ContainerLog.path(directory, segment: segment))
            count += reader.completeLines()
        }
        return count
    }

    private static func read(_ path: String, from offset: Int, upTo maximum: Int) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        defer { close(number) }
        guard maximum > 0 else { return [] }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: maximum) { buffer, count in
            let got = SystemCall.retrying { pread(number, buffer.baseAddress, maximum, off_t(offset)) }
            failed = got < 0
            count = max(0, got)
        }
        return failed ? nil : bytes
    }

    /// Counts the lines of a segment that are whole, parts of long lines not counted.
    private struct LineCounter {
        let path: String

        mutating func completeLines() -> Int {
            var (offset, count) = (0, 0)
            var partial: [UInt8] = []
            while let bytes = ContainerLogReader.read(path, from: offset, upTo: ContainerLogReader.chunk), !bytes.isEmpty {
                offset += bytes.count
                var rest = bytes[...]
                while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let raw = partial.isEmpty ? rest[..<newline] : (partial + rest[..<newline])[...]
                    partial = []
                    rest = rest[(newline + 1)...]
                    if let line = LogLine(raw), line.isComplete { count += 1 }
                }
                partial += rest
            }
            return count
        }
    }
}

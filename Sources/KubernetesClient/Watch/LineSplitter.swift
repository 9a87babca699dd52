// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into lines, however the pieces fall.
///
/// Bytes wait until their line is whole; a line longer than `maximumLineBytes` is refused before it is held.
struct LineSplitter: Sendable {
    private var buffer: [UInt8] = []
    /// Where the line that is being looked for starts.
    private var start = 0
    /// Up to where there is known to be no line end after `start`.
    private var searched = 0
    let maximumLineBytes: Int

    init(maximumLineBytes: Int) { self.maximumLineBytes = maximumLineBytes }

    /// Takes the next piece.
    mutating func append(_ bytes: [UInt8]) {
        if start == buffer.count {
            buffer = bytes
            (start, searched) = (0, 0)
            return
        }
        if start > 0 {
            // Everything before `start` has been handed out; what is left is part of one line.
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Whether part of a line is waiting for its end.
    var hasPartialLine: Bool { start < buffer.count }

    /// Calls `body` with the next whole line, without its end; nil when there is none. Empty lines are skipped.
    mutating func nextLine<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(LineSplitterError<Failure>) -> Result? {
        while true {
            guard let end = endOfLine() else {
                if buffer.count - start > maximumLineBytes { throw .lineTooLong }
                return nil
            }
            let line = start..<end
            start = end + 1
            searched = start
            if line.isEmpty || (line.count == 1 && buffer[line.lowerBound] == UInt8(ascii: "\r")) { continue }
            if line.count > maximumLineBytes { throw .lineTooLong }
            do {
                return try buffer.withUnsafeBufferPointer { (bytes) throws(Failure) -> Result in
                    try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[line]))
                }
            } catch {
                throw .body(error)
            }
        }
    }

    private mutating func endOfLine() -> Int? {
        let found = buffer.withUnsafeBufferPointer { $0[searched...].firstIndex(of: UInt8(ascii: "\n")) }
        if found == nil { searched = buffer.count }
        return found
    }
}

/// Why ``LineSplitter`` gave no line.
enum LineSplitterError<Failure: Error>: Error {
    case lineTooLong
    case body(Failure)
}

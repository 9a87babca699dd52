// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One entry of a log file, in the format of the container runtimes: `<time> <stream> <F or P> <content>`.
///
/// `P` marks a part of a line that was too long for one entry, `F` its last part or a whole line.
struct LogLine: Sendable, Hashable {
    /// RFC 3339 with microseconds, always of the same length, so that times compare as text.
    var time: String
    var stream: LogStream
    var isComplete: Bool
    var content: ArraySlice<UInt8>

    /// The most bytes of content in one entry.
    static let maximumContent = 16 << 10

    /// The entry as bytes, with its newline.
    func append(to bytes: inout [UInt8]) {
        bytes += time.utf8
        bytes.append(UInt8(ascii: " "))
        bytes += stream.rawValue.utf8
        bytes += isComplete ? " F ".utf8 : " P ".utf8
        bytes += content
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Reads an entry without its newline; nil when it is not one (a line half written when the node was killed).
    init?(_ bytes: ArraySlice<UInt8>) {
        let space = UInt8(ascii: " ")
        guard let first = bytes.firstIndex(of: space), let second = bytes[(first + 1)...].firstIndex(of: space),
            second + 2 < bytes.endIndex, bytes[second + 2] == space,
            let stream = LogStream(rawValue: String(decoding: bytes[(first + 1)..<second], as: UTF8.self))
        else { return nil }
        time = String(decoding: bytes[..<first], as: UTF8.self)
        self.stream = stream
        isComplete = bytes[second + 1] == UInt8(ascii: "F")
        content = bytes[(second + 3)...]
    }

    init(time: String, stream: LogStream, isComplete: Bool, content: ArraySlice<UInt8>) {
        self.time = time
        self.stream = stream
        self.isComplete = isComplete
        self.content = content
    }
}

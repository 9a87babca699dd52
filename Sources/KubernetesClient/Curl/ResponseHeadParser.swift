// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// Makes an answer's head from the lines that libcurl hands over one by one, for HTTP/1 and HTTP/2 alike.
///
/// Informational answers (1xx) are passed over, and so are trailers, which come after the body.
struct ResponseHeadParser {
    /// The most bytes of one head.
    static let limit = 256 << 10

    private var status: Int?
    private var reason = ""
    private var fields = HTTPFields()
    private var size = 0
    private var isComplete = false

    /// What a line was.
    enum Event {
        /// More is to come, or the line says nothing new.
        case more
        case head(HTTPResponse)
        case invalid(String)
    }

    /// Takes a line with its end.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Event {
        if isComplete { return .more }
        size += bytes.count
        guard size <= Self.limit else { return .invalid("the head of the answer is larger than \(Self.limit) bytes") }
        var line = bytes[...]
        while let last = line.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { line.removeLast() }
        if line.starts(with: "HTTP/".utf8) { return takeStatusLine(line) }
        if line.isEmpty { return endHead() }
        takeField(line)
        return .more
    }

    private mutating func takeStatusLine(_ line: Slice<UnsafeRawBufferPointer>) -> Event {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[1].count == 3, let code = Int(String(decoding: parts[1], as: UTF8.self)), code >= 100 else {
            return .invalid("the answer's status line is not one of HTTP")
        }
        status = code
        reason = parts.count > 2 ? String(decoding: parts[2], as: UTF8.self) : ""
        fields = HTTPFields()
        return .more
    }

    private mutating func takeField(_ line: Slice<UnsafeRawBufferPointer>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        // A field whose name is no token is not one that anybody asks for.
        guard let name = HTTPField.Name(String(decoding: line[..<colon], as: UTF8.self)) else { return }
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var value = line[(colon + 1)...].drop(while: isSpace)
        while let last = value.last, isSpace(last) { value.removeLast() }
        fields.append(HTTPField(name: name, value: String(decoding: value, as: UTF8.self)))
    }

    private mutating func endHead() -> Event {
        guard let code = status else { return .invalid("the answer has no status line") }
        if code < 200 {
            status = nil
            return .more
        }
        isComplete = true
        return .head(HTTPResponse(status: .init(code: code, reasonPhrase: reason), headerFields: fields))
    }
}

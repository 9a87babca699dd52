// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// One connection of a ``TestServer``, seen from its handler's thread.
struct TestConnection: Sendable {
    let socket: Int32

    struct Request: Sendable {
        var line: String
        var fields: [String: String]
        var body: [UInt8]
    }

    /// The next request; nil when the client has closed.
    func readRequest() -> Request? {
        var bytes: [UInt8] = []
        while !bytes.ends(with: "\r\n\r\n") {
            guard let byte = read(1) else { return nil }
            bytes += byte
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? parts[1].drop { $0 == " " }.description : ""
        }
        var body: [UInt8] = []
        let length = Int(fields["content-length"] ?? "0") ?? 0
        while body.count < length {
            guard let more = read(length - body.count) else { return nil }
            body += more
        }
        return Request(line: lines.first.map(String.init) ?? "", fields: fields, body: body)
    }

    /// Some bytes, at most `count`; nil at the end.
    func read(_ count: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            let got = Glibc.read(socket, &buffer, count)
            if got > 0 { return Array(buffer[..<got]) }
            if got == 0 || errno != EINTR { return nil }
        }
    }

    /// Writes everything.
    ///
    /// - Returns: Whether the client was still there.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            sent += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func answer(_ body: String, status: String = "200 OK", fields: String = "") -> Bool {
        write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
    }

    @discardableResult
    func beginChunked() -> Bool { write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") }

    @discardableResult
    func chunk(_ text: String) -> Bool { write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n") }

    /// Waits until the client closes the connection.
    func waitForClose() {
        while read(4096) != nil {}
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// The log file of the cluster's process.
enum LogTail {
    /// A log that has grown beyond this is moved to `…​.1` at the next start.
    static let maximumBytes = 16 << 20

    /// The last lines, at most 8 KiB; empty when there is no file.
    static func read(_ path: String, from start: off_t, lines: Int) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        let from = max(start, end - 8192)
        guard end > from else { return "" }
        var buffer = [UInt8](repeating: 0, count: Int(end - from))
        let count = pread(descriptor, &buffer, buffer.count, from)
        guard count > 0 else { return "" }
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
    }

    /// Where a new process will begin to write.
    static func end(_ path: String) -> off_t {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        return max(0, lseek(descriptor, 0, SEEK_END))
    }

    /// Moves a large log aside.
    static func rotate(_ path: String) {
        guard end(path) > off_t(maximumBytes) else { return }
        _ = rename(path, path + ".1")
    }
}

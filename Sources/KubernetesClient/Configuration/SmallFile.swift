// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads files that are small by nature: configurations, certificates, tokens.
package enum SmallFile {
    /// Why a file was not read, in the system's words.
    package struct ReadError: Error, Sendable, CustomStringConvertible {
        /// errno's number; 0 when the file is too large.
        package let number: Int32
        package let description: String
        /// Whether there is no such file.
        package var isMissing: Bool { number == ENOENT || number == ENOTDIR }
    }

    /// The contents of the file.
    ///
    /// - Parameter limit: The most bytes that are accepted.
    package static func read(_ path: String, limit: Int) throws(ReadError) -> [UInt8] {
        let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw ReadError(number: errno, description: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = retrying { Int32(truncatingIfNeeded: Glibc.read(descriptor, &chunk, chunk.count)) }
            guard count >= 0 else { throw ReadError(number: errno, description: String(cString: strerror(errno))) }
            if count == 0 { return contents }
            contents += chunk[..<Int(count)]
            if contents.count > limit { throw ReadError(number: 0, description: "the file is larger than \(limit) bytes") }
        }
    }

    private static func retrying(_ body: () -> Int32) -> Int32 {
        while true {
            let result = body()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Writes files so that nobody ever sees half of one.
package enum WholeFile {
    /// Replaces the file at `path`, mode 0600: after a crash at any moment it holds either the old or the new content.
    package static func write(_ bytes: [UInt8], to path: String) throws(ServerError) {
        let slash = path.lastIndex(of: "/")
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let folder = slash.map { path[...$0] } ?? ""
        let temporary = "\(folder).\(name).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("create", temporary) }
        do throws(ServerError) {
            try writeAll(bytes, to: descriptor, temporary)
            guard fsync(descriptor) == 0 else { throw failure("write", temporary) }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else { throw failure("replace", path) }
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(ServerError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ verb: String, _ path: String) -> ServerError {
        ServerError(.files, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}

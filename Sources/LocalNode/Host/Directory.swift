// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Directories of the node's state.
enum Directory {
    /// The names in a directory; empty when it cannot be read.
    static func names(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a directory and those above it, readable by the node alone.
    static func make(_ path: String) throws(LocalNodeError) {
        var current = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            current += "/\(part)"
            guard mkdir(current, 0o700) == 0 || errno == EEXIST || access(current, F_OK) == 0 else {
                throw SystemCall.failure("making directory \(current)", errno, code: .state)
            }
        }
    }

    /// Removes a directory of files and directories of files; a part that cannot be removed stays.
    static func remove(_ path: String) {
        for name in names(path) {
            let child = "\(path)/\(name)"
            if unlink(child) != 0, errno == EISDIR || errno == EPERM { remove(child) }
        }
        rmdir(path)
    }
}

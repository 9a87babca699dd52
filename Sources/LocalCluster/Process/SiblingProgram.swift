// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Programs that are installed beside this one.
enum SiblingProgram {
    /// The absolute path of a program.
    static func path(_ name: String) throws(LocalClusterError) -> String {
        guard let own = realpath("/proc/self/exe", nil) else {
            throw LocalClusterError(.start, "the path of this program cannot be found: \(String(cString: strerror(errno)))")
        }
        defer { free(own) }
        let text = String(cString: own)
        let path = text.prefix(upTo: text.lastIndex(of: "/") ?? text.startIndex) + "/" + name
        guard access(String(path), X_OK) == 0 else {
            throw LocalClusterError(
                .start,
                "more than one operator needs the program \(path), which is not there; install or build it"
            )
        }
        return String(path)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The end of standard input.
enum InputEnd {
    /// Calls `action` once when standard input has ended, from a thread of its own. What comes before the end is not looked at.
    static func whenReached(_ action: @escaping @Sendable () -> Void) throws {
        let thread = try PosixThread {
            var buffer = [UInt8](repeating: 0, count: 256)
            while true {
                let count = read(STDIN_FILENO, &buffer, buffer.count)
                if count > 0 || (count < 0 && errno == EINTR) { continue }
                return action()
            }
        }
        thread.detach()
    }
}

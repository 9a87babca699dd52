// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// The sockets of this process.
enum OpenSockets {
    /// How many are connected to `port` on this machine.
    static func count(to port: UInt16) -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return (0..<Int32(min(limit.rlim_cur, 65_536))).count { peerPort(of: $0) == port }
    }

    private static func peerPort(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
        }
        return code == 0 && address.sin_family == sa_family_t(AF_INET) ? UInt16(bigEndian: address.sin_port) : nil
    }
}

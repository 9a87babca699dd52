// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// The sockets of this process.
enum OpenSockets {
    /// How many are connected to `port` on this machine.
    static func count(to port: UInt16) -> Int { all(to: port).count }

    /// Those that are connected to `port` on this machine.
    static func all(to port: UInt16) -> [Int32] {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return (0..<Int32(min(limit.rlim_cur, 65_536))).filter { peerPort(of: $0) == port }
    }

    /// An option of a socket that is a number.
    static func option(_ name: Int32, level: Int32, of socket: Int32) -> Int32 {
        var value: Int32 = -1
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, level, name, &value, &size)
        return value
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

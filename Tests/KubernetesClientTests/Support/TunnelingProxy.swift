// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import KubernetesClient

/// The handler of a ``TestServer`` that is a proxy: it takes CONNECT and leads to this machine, whatever host it is asked for.
final class TunnelingProxy: Sendable {
    /// What it was asked.
    let requests = Locked<[TestConnection.Request]>([])

    func handle(_ client: TestConnection) {
        guard let request = client.readRequest() else { return }
        requests.withLock { $0.append(request) }
        // CONNECT host:port HTTP/1.1
        let target = request.line.split(separator: " ").dropFirst().first ?? ""
        guard request.line.hasPrefix("CONNECT "), let port = UInt16(target.split(separator: ":").last ?? ""),
            let server = Self.connect(port)
        else {
            client.answer("", status: "400 Bad Request")
            return
        }
        client.write("HTTP/1.1 200 Connection established\r\n\r\n")
        Self.join(client, server)
    }

    /// Leads a connection on to a port of this machine, until one side ends.
    static func lead(_ client: TestConnection, to port: UInt16) {
        if let server = connect(port) { join(client, server) }
    }

    private static func join(_ client: TestConnection, _ server: TestConnection) {
        defer { close(server.socket) }
        let back = try? PosixThread { relay(server, to: client) }
        relay(client, to: server)
        back?.join()
    }

    /// Passes bytes on until one side has ended; then the other one ends too.
    private static func relay(_ source: TestConnection, to target: TestConnection) {
        while let bytes = source.read(16 << 10), target.write(bytes) {}
        shutdown(source.socket, Int32(SHUT_RDWR))
        shutdown(target.socket, Int32(SHUT_RDWR))
    }

    private static func connect(_ port: UInt16) -> TestConnection? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            return nil
        }
        return TestConnection(socket: descriptor)
    }
}

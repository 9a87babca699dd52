// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import KubernetesClient

/// A server on loopback with one thread per connection, on which a handler does what it likes, good or bad. Sockets block, nothing is timed.
final class TestServer: Sendable {
    struct SetUpError: Error { let call: String, number: Int32 }

    let port: UInt16
    private let listener: Int32
    private let state = Locked(State())
    private let handler: @Sendable (TestConnection) -> Void

    private struct State {
        var isStopping = false
        var acceptor: PosixThread?
        var open: Set<Int32> = []
        var threads: [PosixThread] = []
        var accepted = 0
    }

    init(_ handler: @escaping @Sendable (TestConnection) -> Void) throws {
        self.handler = handler
        (listener, port) = try Self.listen()
        let thread = try PosixThread { [self] in accept() }
        state.withLock { $0.acceptor = thread }
    }

    /// How many connections have been made.
    var accepted: Int { state.withLock { $0.accepted } }

    /// Closes everything and waits for all threads.
    func stop() {
        let (acceptor, open) = state.withLock { state in
            state.isStopping = true
            defer { state.acceptor = nil }
            return (state.acceptor, state.open)
        }
        Glibc.shutdown(listener, Int32(SHUT_RDWR))
        for socket in open { Glibc.shutdown(socket, Int32(SHUT_RDWR)) }
        acceptor?.join()
        let threads = state.withLock { state in
            defer { state.threads = [] }
            return state.threads
        }
        for thread in threads { thread.join() }
        close(listener)
    }

    var configuration: ClientConfiguration {
        get throws { ClientConfiguration(server: try ServerURL("http://127.0.0.1:\(port)")) }
    }

    /// A port on which nobody listens.
    static func unusedPort() throws -> UInt16 {
        let (socket, port) = try listen()
        close(socket)
        return port
    }

    private static func listen() throws -> (Int32, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SetUpError(call: "socket", number: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 4096) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw SetUpError(call: "bind", number: errno) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func accept() {
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            let isWanted = state.withLock { state in
                if !state.isStopping { state.open.insert(socket) }
                state.accepted += 1
                return !state.isStopping
            }
            guard
                isWanted,
                let thread = try? PosixThread({ [self] in
                    handler(TestConnection(socket: socket))
                    state.withLock { _ = $0.open.remove(socket) }
                    close(socket)
                })
            else {
                close(socket)
                continue
            }
            state.withLock { $0.threads.append(thread) }
        }
    }
}

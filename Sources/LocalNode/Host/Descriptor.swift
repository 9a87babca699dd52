// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox
import Glibc

/// An open file descriptor with one owner; closed when the last reference goes.
///
/// All of them are close-on-exec. Numbers 0 to 2 never appear here, because a spawned program's own three are arranged from these.
final class Descriptor: Sendable {
    let number: Int32

    private init(adopting number: Int32) { self.number = number }

    deinit { close(number) }

    /// Takes over a descriptor that someone else opened.
    static func adopting(_ number: Int32) throws(LocalNodeError) -> Descriptor {
        guard number <= 2 else { return Descriptor(adopting: number) }
        let moved = fcntl(number, F_DUPFD_CLOEXEC, 3)
        let error = errno
        close(number)
        guard moved >= 0 else { throw SystemCall.failure("fcntl", error) }
        return Descriptor(adopting: moved)
    }

    /// Opens a path.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(LocalNodeError) -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw SystemCall.failure("opening \(path)", errno) }
        return try adopting(number)
    }

    /// Opens a path under a directory without following symbolic links or leaving it, never blocking.
    static func open(_ path: String, beneath directory: Descriptor, _ flags: Int32) throws(LocalNodeError) -> Descriptor {
        var number: Int32 = -1
        let error = csandbox_open_beneath(directory.number, path, flags, &number)
        guard error == 0 else { throw SystemCall.failure("opening \(path)", error) }
        return try adopting(number)
    }

    /// A pipe: what is written to the second comes out of the first.
    static func pipe() throws(LocalNodeError) -> (reading: Descriptor, writing: Descriptor) {
        var ends: [Int32] = [-1, -1]
        let error = csandbox_pipe(&ends)
        guard error == 0 else { throw SystemCall.failure("pipe2", error) }
        let reading = try adopting(ends[0])
        return (reading, try adopting(ends[1]))
    }

    /// An anonymous file with these bytes, read position at its start.
    static func memoryFile(name: String, _ bytes: [UInt8]) throws(LocalNodeError) -> Descriptor {
        var number: Int32 = -1
        let error = bytes.withUnsafeBytes { csandbox_memory_file(name, $0.baseAddress, $0.count, &number) }
        guard error == 0 else { throw SystemCall.failure("memfd_create", error) }
        return try adopting(number)
    }

    /// An event counter: with `semaphore` a read waits and takes one, else it takes all at once and never waits.
    static func counter(semaphore: Bool) throws(LocalNodeError) -> Descriptor {
        var number: Int32 = -1
        let error = csandbox_counter(semaphore ? 1 : 0, &number)
        guard error == 0 else { throw SystemCall.failure("eventfd", error) }
        return try adopting(number)
    }

    /// A number that holds for exactly one process.
    static func process(_ pid: pid_t) throws(LocalNodeError) -> Descriptor {
        var number: Int32 = -1
        let error = csandbox_pidfd_open(pid, &number)
        guard error == 0 else { throw SystemCall.failure("pidfd_open", error) }
        return try adopting(number)
    }

    /// Reads without waiting for more: nil at the end, empty when nothing is there now.
    func readAvailable(upTo maximum: Int) throws(LocalNodeError) -> [UInt8]? {
        var error: Int32 = 0
        var ended = false
        let bytes = [UInt8](unsafeUninitializedCapacity: maximum) { buffer, count in
            let got = SystemCall.retrying { read(number, buffer.baseAddress, maximum) }
            count = max(0, got)
            ended = got == 0
            error = got < 0 ? errno : 0
        }
        if error == EAGAIN { return [] }
        guard error == 0 else { throw SystemCall.failure("read", error) }
        return ended ? nil : bytes
    }

    /// Writes all bytes; the descriptor is a file or a blocking pipe.
    func writeAll(_ bytes: [UInt8]) throws(LocalNodeError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                SystemCall.retrying { write(number, buffer.baseAddress! + written, bytes.count - written) }
            }
            guard count >= 0 else { throw SystemCall.failure("write", errno) }
            written += count
        }
    }

    func setNonBlocking() throws(LocalNodeError) {
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) >= 0 else { throw SystemCall.failure("fcntl", errno) }
    }
}

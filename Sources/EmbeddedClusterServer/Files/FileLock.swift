// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesClient

/// An exclusive lock that the kernel gives up when the process ends, however it ends.
///
/// The descriptor is not inherited by programs that the process starts, so that a survivor does not keep the lock.
public final class FileLock: Sendable {
    private let descriptor: Locked<Int32?>

    /// Takes the lock on `path`, a file that is made for it and stays.
    ///
    /// The file holds the process id of the last owner, for the message of those who come too late.
    ///
    /// - Throws: ``ServerError`` with the code `stateInUse` when another process has it; this call does not wait.
    public init(path: String) throws(ServerError) {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw ServerError(.files, "cannot open the lock file \(path): \(String(cString: strerror(errno)))")
        }
        var wanted = Self.wholeFile(F_WRLCK)
        guard fcntl(opened, Self.setLock, &wanted) == 0 else {
            let code = errno
            let owner = Self.owner(opened)
            close(opened)
            guard code == EAGAIN || code == EACCES else {
                throw ServerError(.files, "cannot lock \(path): \(String(cString: strerror(code)))")
            }
            throw ServerError(.stateInUse, "\(path) is held by another process\(owner.map { " (pid \($0))" } ?? "")")
        }
        let text = "\(getpid())\n"
        if ftruncate(opened, 0) == 0 { _ = pwrite(opened, text, text.utf8.count, 0) }
        descriptor = Locked(opened)
    }

    deinit { release() }

    /// Gives the lock up; a second call does nothing.
    public func release() {
        let held = descriptor.withLock { value in
            defer { value = nil }
            return value
        }
        if let held { close(held) }
    }

    /// The process that holds the lock on `path` now, nil when none does. The lock is not touched by asking.
    public static func holder(path: String) throws(ServerError) -> Int32? {
        let opened = open(path, O_RDWR | O_CLOEXEC)
        guard opened >= 0 else {
            if errno == ENOENT { return nil }
            throw ServerError(.files, "cannot open the lock file \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(opened) }
        var asked = wholeFile(F_WRLCK)
        guard fcntl(opened, getLock, &asked) == 0 else {
            throw ServerError(.files, "cannot ask for the lock on \(path): \(String(cString: strerror(errno)))")
        }
        if asked.l_type == Int16(F_UNLCK) { return nil }
        // 0: taken, but not yet signed; its holder is between two steps.
        return owner(opened) ?? 0
    }

    // Locks of the open file, not of the process (F_OFD_*): two openers in one process exclude each other too.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private static func wholeFile(_ type: Int32) -> flock {
        var lock = flock()
        lock.l_type = Int16(type)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }

    private static func owner(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: buffer[..<count].filter { $0 != 10 }, as: UTF8.self))
    }
}

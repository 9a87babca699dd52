// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
// Its Stat, because the C struct belongs to CoreFoundation's module where Foundation is linked statically.
import SystemPackage

/// A directory that only its owner may look into, and its files, which are written whole or not at all.
public struct PrivateDirectory: Sendable {
    /// Its path.
    public let path: String

    /// The directory at `path`, made (with those above it) when it is not there, with the mode 0700.
    ///
    /// - Throws: ``ServerError`` when it cannot be made, is not a directory, or belongs to another user.
    public init(_ path: String) throws(ServerError) {
        self.path = path
        try Self.make(path)
        let status: Stat
        do throws(Errno) { status = try Stat(FilePath(path)) } catch {
            throw ServerError(.files, "cannot read \(path): \(error)")
        }
        guard status.type == .directory else {
            throw ServerError(.files, "\(path) is not a directory; move it away or choose another state directory")
        }
        guard status.userID.rawValue == geteuid() else {
            throw ServerError(
                .files,
                "\(path) belongs to another user (uid \(status.userID.rawValue)); choose another state directory"
            )
        }
        if status.permissions.rawValue & 0o077 != 0, chmod(path, 0o700) != 0 { throw Self.failure("protect", path) }
    }

    /// A directory in this one.
    public func directory(_ name: String) throws(ServerError) -> PrivateDirectory { try PrivateDirectory(file(name)) }

    /// The path of the file `name` in this directory.
    public func file(_ name: String) -> String { path + "/" + name }

    /// The content of a file, nil when there is none.
    ///
    /// - Parameter maximum: More bytes are an error.
    public func read(_ name: String, maximum: Int = 1 << 20) throws(ServerError) -> [UInt8]? {
        let descriptor = open(file(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure("open", file(name))
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw Self.failure("read", file(name))
            }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= maximum else { throw ServerError(.files, "\(file(name)) is larger than \(maximum) bytes") }
        }
    }

    /// Replaces a file: after a crash at any moment it holds either the old or the new content. Mode 0600.
    public func write(_ name: String, _ bytes: [UInt8]) throws(ServerError) { try WholeFile.write(bytes, to: file(name)) }

    private static func make(_ path: String) throws(ServerError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw failure("create", path)
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("create", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> ServerError {
        ServerError(.files, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}

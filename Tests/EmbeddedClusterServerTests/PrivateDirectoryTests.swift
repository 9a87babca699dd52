// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import EmbeddedClusterServer

@Suite("Private directories and locks")
struct PrivateDirectoryTests {
    let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    @Test("directories are made for their owner alone, also when they were open before")
    func modes() throws {
        let directory = try PrivateDirectory(temporary.file("a/b/c"))
        #expect(mode(of: temporary.file("a")) == 0o700)
        #expect(mode(of: directory.path) == 0o700)
        chmod(directory.path, 0o755)
        _ = try PrivateDirectory(directory.path)
        #expect(mode(of: directory.path) == 0o700)
    }

    @Test("a file is replaced whole, private, and leaves nothing beside it")
    func replace() throws {
        let directory = try temporary.privateDirectory()
        #expect(try directory.read("f") == nil)
        try directory.write("f", [1, 2, 3])
        chmod(directory.file("f"), 0o644)
        try directory.write("f", [4])
        #expect(try directory.read("f") == [4])
        #expect(mode(of: directory.file("f")) == 0o600)
        #expect(access(directory.file(".f.new"), F_OK) != 0)
    }

    @Test("a file in the place of the directory is an error that names it")
    func notADirectory() throws {
        try temporary.privateDirectory().write("f", [])
        let error = #expect(throws: ServerError.self) { try PrivateDirectory(temporary.file("f")) }
        #expect(error?.code == .files)
        #expect(error?.message.contains(temporary.file("f")) == true)
    }

    @Test("a lock is held once, names its holder, and is free again after release")
    func lock() throws {
        let path = temporary.file("lock")
        let lock = try FileLock(path: path)
        let error = #expect(throws: ServerError.self) { try FileLock(path: path) }
        #expect(error?.code == .stateInUse)
        #expect(error?.message.contains("pid \(getpid())") == true)
        lock.release()
        _ = try FileLock(path: path)
    }
}

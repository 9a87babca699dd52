// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

@testable import EmbeddedClusterServer

/// A directory that goes with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/agenttask-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ServerError(.files, "mkdtemp failed with \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    func file(_ name: String) -> String { path + "/" + name }

    func privateDirectory() throws(ServerError) -> PrivateDirectory { try PrivateDirectory(path) }

    private static func remove(_ path: String) {
        guard let directory = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { remove(path + "/" + name) }
        }
        closedir(directory)
        rmdir(path)
    }
}

/// The permission bits of a file, 0 when there is none.
func mode(of path: String) -> Int { attribute(.posixPermissions, of: path) }

/// The size of a file, 0 when there is none.
func size(of path: String) -> Int { attribute(.size, of: path) }

private func attribute(_ key: FileAttributeKey, of path: String) -> Int {
    do { return (try FileManager.default.attributesOfItem(atPath: path)[key] as? NSNumber)?.intValue ?? 0 } catch { return 0 }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The program that `agentctl run` sends.
struct ProgramFile {
    /// The path, or `-` for standard input.
    let path: String
    let text: String

    init(_ path: String) throws {
        self.path = path
        let bytes = path == "-" ? try Self.standardInput() : try Self.file(path)
        guard !bytes.isEmpty else { throw CommandFailure("\(Self.name(path)) is empty; there is nothing to run") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(Self.name(path)) is not UTF-8; save it as UTF-8 text and try again")
        }
        self.text = text
    }

    /// The ending without its dot, in lower case; empty when there is none.
    var fileExtension: String {
        guard let dot = baseName.lastIndex(of: "."), dot != baseName.startIndex else { return "" }
        return baseName[baseName.index(after: dot)...].lowercased()
    }

    /// A beginning for the task's name that the API accepts: at most 40 characters, so that the pod's name fits a label too.
    var namePrefix: String {
        let stem =
            path == "-"
            ? "stdin" : baseName.split(separator: ".", omittingEmptySubsequences: true).first.map(String.init) ?? "task"
        let cleaned = stem.lowercased().map { character -> Character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
        }
        let trimmed = String(cleaned).drop { $0 == "-" }.prefix(40)
        let end = trimmed.lastIndex { $0 != "-" }.map { trimmed[...$0] } ?? ""
        return end.isEmpty ? "task" : String(end)
    }

    private var baseName: String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

    private static func file(_ path: String) throws -> [UInt8] {
        do {
            return try SmallFile.read(path, limit: AgentTaskValidation.maximumCodeBytes)
        } catch {
            throw CommandFailure("cannot run \(path): \(error.description)")
        }
    }

    private static func standardInput() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure("cannot read standard input: \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= AgentTaskValidation.maximumCodeBytes else {
                throw CommandFailure(
                    "standard input has more than \(AgentTaskValidation.maximumCodeBytes) bytes; put the program into a ConfigMap instead"
                )
            }
        }
    }
}

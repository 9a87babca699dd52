// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Something that stands at a path of the sandbox.
enum SandboxMount: Sendable, Hashable {
    /// A host path, read-only.
    case host(source: String, path: String)
    /// A symbolic link.
    case link(target: String, path: String)
    /// A directory of its own that holds these files and cannot be written.
    case readOnly(path: String, files: [SandboxFile])
    /// One read-only file.
    case file(path: String, SandboxFile)
    /// A writable directory in memory, bounded.
    case scratch(path: String, size: UInt64, countsAsMemory: Bool)

    /// Where it stands.
    var path: String {
        switch self {
        case .host(_, let path), .link(_, let path), .readOnly(let path, _), .file(let path, _), .scratch(let path, _, _): path
        }
    }
}

/// A file with its content, as ConfigMaps and Secrets become.
struct SandboxFile: Sendable, Hashable {
    /// Path below the directory it stands in, such as `main.py` or `pkg/util.py`.
    var name: String
    var bytes: [UInt8]
    /// Permission bits. The owner is the sandbox's user.
    var mode: UInt16 = 0o444
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Finds interpreters on the host, and remembers those that it found.
actor InterpreterCatalog {
    /// Where sandboxes see programs; nothing of PATH or of a home directory counts.
    static let directories: [String] = ["/usr/local/bin", "/usr/bin", "/bin"]

    /// An image that this host can run.
    struct Match: Sendable, Hashable {
        let entry: HostInterpreters.Entry
        /// Absolute path of the interpreter.
        let path: String
    }

    private let table: HostInterpreters
    private let exists: @Sendable (String) -> Bool
    private let version: @Sendable (String) async -> String?
    private var versions: [String: String] = [:]

    /// - Parameters:
    ///   - exists: Whether an executable stands at a path that sandboxes see too.
    ///   - version: What a program answers to `--version`; nil when it cannot be asked.
    init(
        table: HostInterpreters,
        exists: @escaping @Sendable (String) -> Bool = InterpreterCatalog.isVisibleProgram,
        version: @escaping @Sendable (String) async -> String?
    ) {
        self.table = table
        self.exists = exists
        self.version = version
    }

    /// What runs in place of an image.
    ///
    /// - Throws: `PodProblem` with the reason `ErrImagePull` and what to do.
    func match(_ image: String) async throws(PodProblem) -> Match {
        let name = HostInterpreters.normalized(image)
        guard let entry = table.entries.first(where: { HostInterpreters.normalized($0.image) == name }) else {
            throw PodProblem(
                .imagePull,
                "image '\(image)' has no stand-in on a local node, which runs the interpreters of this host; \(await runnable())"
            )
        }
        if let path = await find(entry) { return Match(entry: entry, path: path) }
        throw PodProblem(
            .imagePull,
            "this host has no interpreter for profile \(entry.profile) (image '\(image)'): \(entry.installHint); \(await runnable())"
        )
    }

    /// The profiles that this host can run, in the table's order.
    func profiles() async -> [String] {
        var names: [String] = []
        for entry in table.entries where await find(entry) != nil { names.append(entry.profile) }
        return names
    }

    private func runnable() async -> String {
        let names = await profiles()
        return names.isEmpty ? "it can run no profile" : "it can run the profiles \(names.joined(separator: ", "))"
    }

    private func find(_ entry: HostInterpreters.Entry) async -> String? {
        for candidate in entry.candidates {
            for directory in Self.directories {
                let path = "\(directory)/\(candidate)"
                guard exists(path) else { continue }
                guard let prefix = entry.versionPrefix else { return path }
                if await knownVersion(path)?.hasPrefix(prefix) == true { return path }
            }
        }
        return nil
    }

    private func knownVersion(_ path: String) async -> String? {
        if let known = versions[path] { return known }
        let answer = await version(path)
        if let answer { versions[path] = answer }
        return answer
    }

    /// A program whose real place is below `/usr`, so that a sandbox sees it.
    @Sendable static func isVisibleProgram(_ path: String) -> Bool {
        guard access(path, X_OK) == 0, let real = realpath(path, nil) else { return false }
        defer { free(real) }
        let place = String(cString: real)
        return place.hasPrefix("/usr/") || place.hasPrefix("/bin/")
    }
}

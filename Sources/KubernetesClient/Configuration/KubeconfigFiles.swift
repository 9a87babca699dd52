// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Several kubeconfig files as one, by kubectl's rules: of entries with the same name, and of values of the current context, the first wins.
struct KubeconfigFiles: Sendable {
    /// A file and where it is.
    struct File: Sendable {
        var path: String
        var config: Kubeconfig
    }

    private(set) var files: [File] = []

    init(_ files: [File]) { self.files = files }

    /// Reads the files of a list such as KUBECONFIG has. Those that do not exist are passed over, as kubectl does, unless none exists.
    init(reading paths: [String]) throws(ClientError) {
        var missing: ClientError?
        for path in paths {
            do throws(ClientError) {
                files.append(File(path: path, config: try Kubeconfig.read(path)))
            } catch {
                guard (error.underlying as? SmallFile.ReadError)?.isMissing == true else { throw error }
                missing = error
            }
        }
        if files.isEmpty, let missing { throw missing }
    }

    /// The files' names for messages.
    var names: String { files.map(\.path).joined(separator: ":") }

    var currentContext: String? { files.lazy.compactMap { $0.config.currentContext }.first }

    /// The contents of an entry, and the file that it is from.
    func entry(_ name: String, in section: Kubeconfig.Section) -> (contents: JSONValue, path: String)? {
        for file in files {
            if let contents = file.config.entry(name, in: section) { return (contents, file.path) }
        }
        return nil
    }

    func names(in section: Kubeconfig.Section) -> [String] {
        var seen: Set<String> = []
        return files.flatMap { $0.config.names(in: section) }.filter { seen.insert($0).inserted }
    }
}

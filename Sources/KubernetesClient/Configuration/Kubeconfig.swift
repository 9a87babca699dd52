// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// One kubeconfig file as a value: named clusters, users and contexts, and whatever else the file holds, which is kept.
///
/// Reading checks the form only, not that the entries make sense; ``KubeconfigResolver`` does that for the one context that is used.
package struct Kubeconfig: Sendable, Hashable {
    /// The lists of named entries that a kubeconfig has.
    package enum Section: String, Sendable, CaseIterable {
        case clusters, users, contexts

        /// The key of an entry under which its contents are.
        package var key: String {
            switch self {
            case .clusters: "cluster"
            case .users: "user"
            case .contexts: "context"
            }
        }
    }

    /// The whole document.
    package private(set) var document: JSONValue

    /// A kubeconfig without entries.
    package init() {
        document = ["apiVersion": "v1", "kind": "Config", "clusters": [], "users": [], "contexts": [], "preferences": [:]]
    }

    /// Reads a kubeconfig.
    ///
    /// - Parameters:
    ///   - yaml: The file's contents; nothing at all is a kubeconfig without entries.
    ///   - path: The file, for messages.
    package init(yaml: String, path: String) throws(ClientError) {
        let documents: [JSONValue]
        do throws(YAML.ParseError) {
            documents = try YAML.documents(yaml)
        } catch {
            throw Self.error(path, "is not YAML: \(error)", underlying: error)
        }
        self.init()
        guard let document = documents.first else { return }
        guard case .object = document else {
            throw Self.error(path, "is not a kubeconfig: it does not begin with keys such as clusters:")
        }
        if let kind = document["kind"], kind.string != "Config" {
            throw Self.error(path, "is not a kubeconfig: its kind is not Config")
        }
        self.document = document
        try checkSections(path)
    }

    /// Reads a file.
    package static func read(_ path: String) throws(ClientError) -> Kubeconfig {
        let bytes: [UInt8]
        do throws(SmallFile.ReadError) {
            bytes = try SmallFile.read(path, limit: 4 << 20)
        } catch {
            throw Self.error(path, "cannot be read: \(error)", underlying: error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Self.error(path, "is not UTF-8 text") }
        return try Kubeconfig(yaml: text, path: path)
    }

    /// The file's new contents.
    package var yaml: String {
        get throws(ClientError) {
            do throws(YAML.ParseError) {
                return try YAML.text(of: document)
            } catch {
                throw ClientError(.configuration, "the kubeconfig cannot be written as YAML: \(error)", underlying: error)
            }
        }
    }

    /// The context that is used when none is asked for.
    package var currentContext: String? {
        get { document["current-context"]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        set { document["current-context"] = .string(newValue ?? "") }
    }

    /// The names of the entries of a section, in order.
    package func names(in section: Section) -> [String] {
        (document[section.rawValue]?.array ?? []).compactMap { Self.text($0["name"]) }
    }

    /// The contents of a named entry.
    package func entry(_ name: String, in section: Section) -> JSONValue? {
        let entries = document[section.rawValue]?.array ?? []
        return entries.first { Self.text($0["name"]) == name }?[section.key]
    }

    /// Adds an entry, or replaces the contents of the one with that name, in its place.
    package mutating func upsert(_ name: String, in section: Section, _ contents: JSONValue) {
        var entries = document[section.rawValue]?.array ?? []
        if let index = entries.firstIndex(where: { Self.text($0["name"]) == name }) {
            entries[index][section.key] = contents
        } else {
            entries.append(["name": .string(name), section.key: contents])
        }
        document[section.rawValue] = .array(entries)
    }

    /// Removes the entry with that name.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    package mutating func remove(_ name: String, from section: Section) -> Bool {
        let entries = document[section.rawValue]?.array ?? []
        let kept = entries.filter { Self.text($0["name"]) != name }
        document[section.rawValue] = .array(kept)
        return kept.count != entries.count
    }

    /// The text of a scalar. YAML makes numbers and booleans of some texts; where a kubeconfig wants text they are it again.
    package static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        default: nil
        }
    }

    static func error(_ path: String, _ problem: String, underlying: (any Error)? = nil) -> ClientError {
        ClientError(
            .configuration,
            "kubeconfig \(path.escapingControlCharacters) \(problem)",
            underlying: underlying
        )
    }

    private func checkSections(_ path: String) throws(ClientError) {
        for section in Section.allCases {
            guard let value = document[section.rawValue], !value.isNull else { continue }
            guard let entries = value.array else { throw Self.error(path, "is broken: \(section.rawValue) is not a list") }
            for (index, entry) in entries.enumerated() {
                guard Self.text(entry["name"])?.isEmpty == false else {
                    throw Self.error(path, "is broken: \(section.rawValue)[\(index)] has no name")
                }
                if let contents = entry[section.key], !contents.isNull, contents.object == nil {
                    throw Self.error(path, "is broken: \(section.rawValue)[\(index)].\(section.key) does not hold keys")
                }
            }
        }
    }
}

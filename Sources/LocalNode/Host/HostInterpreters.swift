// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which interpreters of the host stand in for which images: a table that the starter of the node hands in.
package struct HostInterpreters: Sendable, Hashable {
    /// One image and what may run in its place.
    package struct Entry: Sendable, Hashable {
        package var image: String
        /// The profile that uses the image, for messages.
        package var profile: String
        /// Names of programs to look for, the best first, such as `python3.11`.
        package var candidates: [String]
        /// What the program must answer to `--version` at its beginning; nil when its name says enough.
        package var versionPrefix: String?
        /// How to install it, for messages.
        package var installHint: String

        package init(image: String, profile: String, candidates: [String], versionPrefix: String? = nil, installHint: String) {
            self.image = image
            self.profile = profile
            self.candidates = candidates
            self.versionPrefix = versionPrefix
            self.installHint = installHint
        }
    }

    package var entries: [Entry]

    package init(entries: [Entry]) { self.entries = entries }

    /// An image reference without what only a registry needs: `docker.io/library/python:3.11-slim@sha256:…` is `python:3.11-slim`.
    static func normalized(_ image: String) -> String {
        var rest = Substring(image)
        if let at = rest.firstIndex(of: "@") { rest = rest[..<at] }
        for prefix in ["docker.io/", "index.docker.io/", "library/"] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        let name = rest.split(separator: "/").last ?? rest
        return name.contains(":") ? String(rest) : rest + ":latest"
    }

    /// Names under which an image's programs call the interpreter: `python3.11` is also `python3` and `python`.
    static func aliases(of program: String) -> [String] {
        var names = [program]
        var rest = Substring(program)
        while let cut = rest.lastIndex(where: { !$0.isNumber }), rest.index(after: cut) < rest.endIndex {
            // Behind a dot the dot goes too: python3.11, python3, python.
            rest = rest[cut] == "." ? rest[..<cut] : rest[...cut]
            names.append(String(rest))
        }
        return names
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

/// The environment that a task runs in. Name and image alone determine it, so that a status which holds both has frozen it.
struct TaskProfile: Sendable, Hashable {
    /// Where a profile was found, as `status.resolvedProfile.source` says it.
    enum Source: String, Sendable {
        case builtin
        case configMap = "ConfigMap"
    }

    let name: String
    let source: Source
    let image: String
    /// The program that runs the entrypoint, and its arguments; the entrypoint's path follows.
    let command: [String]
    /// The file name of the code under `/workspace`.
    let entrypoint: String

    /// - Parameter image: The one with which a task was accepted; nil for the present one.
    init(_ builtin: BuiltinProfile, image: String? = nil) {
        name = builtin.name
        source = .builtin
        self.image = image ?? builtin.image
        command = builtin.command
        entrypoint = builtin.entrypoint
    }

    /// A profile of which only the image is known. A built-in profile of the name says how to run a program in it; else the name begins
    /// with the language, `node` or `bash`, and if it does not, the program is Python.
    init(name: String, configuredImage image: String) {
        self.name = name
        source = .configMap
        self.image = image
        if let builtin = BuiltinProfiles.named(name) {
            command = builtin.command
            entrypoint = builtin.entrypoint
        } else if name.hasPrefix("node") {
            command = ["node"]
            entrypoint = "main.js"
        } else if name.hasPrefix("bash") {
            command = ["bash"]
            entrypoint = "main.sh"
        } else {
            command = ["python3"]
            entrypoint = "main.py"
        }
    }

    /// The profile with which a task was accepted; nil when its status does not hold one.
    init?(frozenIn status: AgentTaskStatus?) {
        guard let resolved = status?.resolvedProfile, let name = resolved.name, let image = resolved.image else { return nil }
        switch resolved.source.flatMap(Source.init(rawValue:)) {
        case .configMap: self.init(name: name, configuredImage: image)
        case .builtin:
            guard let builtin = BuiltinProfiles.named(name) else { return nil }
            self.init(builtin, image: image)
        case nil: return nil
        }
    }

    var resolved: ResolvedProfile { ResolvedProfile(name: name, source: source.rawValue, image: image) }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

/// The environment that a task runs in. What a status holds of it determines it, so that an accepted task keeps it.
struct TaskProfile: Sendable, Hashable {
    /// Where a profile was found, as `status.resolvedProfile.source` says it.
    enum Source: String, Sendable {
        case builtin
        case configMap = "ConfigMap"
        case runtimeProfile = "RuntimeProfile"
    }

    let name: String
    let source: Source
    /// Of a RuntimeProfile.
    let generation: Int64?
    /// The program that runs the entrypoint, and its arguments; the entrypoint's path follows.
    let command: [String]
    /// The file name of the code under `/workspace`.
    let entrypoint: String
    /// What it gives and allows. A profile of which only the image is known gives what every task has and allows nothing more.
    let spec: RuntimeProfileSpec

    var image: String { spec.image }

    /// - Parameter image: The one with which a task was accepted; nil for the present one.
    init(_ builtin: BuiltinProfile, image: String? = nil) {
        name = builtin.name
        source = .builtin
        generation = nil
        command = builtin.command
        entrypoint = builtin.entrypoint
        spec = RuntimeProfileSpec(image: image ?? builtin.image)
    }

    /// A profile of which only the image is known.
    init(name: String, configuredImage image: String) {
        self.name = name
        source = .configMap
        generation = nil
        (command, entrypoint) = Self.program(of: name)
        spec = RuntimeProfileSpec(image: image)
    }

    /// A RuntimeProfile of this generation.
    init(name: String, spec: RuntimeProfileSpec, generation: Int64?) {
        self.name = name
        source = .runtimeProfile
        self.generation = generation
        let usual = Self.program(of: name)
        command = spec.command ?? usual.command
        entrypoint = spec.entrypoint ?? usual.entrypoint
        self.spec = spec
    }

    /// The profile with which a task was accepted; nil when its status does not hold one.
    init?(frozenIn status: AgentTaskStatus?) {
        guard let resolved = status?.resolvedProfile, let name = resolved.name, let image = resolved.image else { return nil }
        switch resolved.source.flatMap(Source.init(rawValue:)) {
        case .configMap: self.init(name: name, configuredImage: image)
        case .builtin:
            guard let builtin = BuiltinProfiles.named(name) else { return nil }
            self.init(builtin, image: image)
        case .runtimeProfile:
            guard let spec = resolved.spec else { return nil }
            self.init(name: name, spec: spec, generation: resolved.generation)
        case nil: return nil
        }
    }

    /// What a status keeps. The namespaces are asked about once, and the limits are those of the present.
    var resolved: ResolvedProfile {
        guard source == .runtimeProfile else { return ResolvedProfile(name: name, source: source.rawValue, image: image) }
        var kept = spec
        kept.allowedNamespaces = nil
        kept.limits = nil
        return ResolvedProfile(
            name: name,
            source: source.rawValue,
            generation: generation,
            image: image,
            runtimeClassName: spec.runtimeClassName,
            spec: kept
        )
    }

    /// Everything in a task that goes beyond the profile.
    ///
    /// - Parameter allowsAnySecret: Where a profile cannot name Secrets, for clusters with one user.
    func problems(of task: AgentTask, allowsAnySecret: Bool) -> [ProfileProblem] {
        var problems = spec.problems(
            of: task,
            profile: name,
            allowsAnySecret: allowsAnySecret && source != .runtimeProfile
        )
        if task.spec.code.files?[entrypoint] != nil {
            problems.append(
                ProfileProblem(
                    .validationFailed,
                    "spec.code.files",
                    "'\(entrypoint)' is the entrypoint of profile \(name); give that file another name"
                )
            )
        }
        return problems
    }

    /// How a program runs in an image of which nothing else is known. A built-in profile of the name says it; else the name begins with the
    /// language, `node` or `bash`, and if it does not, the program is Python.
    private static func program(of name: String) -> (command: [String], entrypoint: String) {
        if let builtin = BuiltinProfiles.named(name) { return (builtin.command, builtin.entrypoint) }
        if name.hasPrefix("node") { return (["node"], "main.js") }
        if name.hasPrefix("bash") { return (["bash"], "main.sh") }
        return (["python3"], "main.py")
    }
}

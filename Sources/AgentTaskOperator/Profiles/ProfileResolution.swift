// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesCore
import KubernetesMeta

/// Finds a profile by its name. A source that could not be read must not be left out: the next one would answer for it.
struct ProfileResolution: Sendable {
    /// The ConfigMap that holds profiles: its keys are their names, its values their images.
    static let configMapName = "agenttask-runtime-profiles"
    /// The ending of keys that the former operator kept for another backend.
    private static let ignoredEnding = "-sandbox"

    /// The RuntimeProfile of the name that is looked for, nil when there is none.
    var object: RuntimeProfile?
    /// The names of all RuntimeProfiles, as far as they are known, to say them.
    var objectNames: [String] = []
    /// Those of the ConfigMap in the operator's namespace, nil when there is none.
    var installation: ConfigMap?
    /// Those of the ConfigMap in the task's namespace, nil when there is none or it does not count.
    var namespace: ConfigMap?

    static let builtins = ProfileResolution()

    /// The profile: a RuntimeProfile, else of the installation, else of the namespace, else built in.
    func profile(named name: String) throws(TaskAcceptance.Refusal) -> TaskProfile {
        if let object, object.metadata.name == name {
            let problems = RuntimeProfileValidation.problems(of: object)
            guard problems.isEmpty else {
                throw TaskAcceptance.Refusal(
                    .failed(
                        .profileResolutionFailed,
                        "spec.runtimeProfile: RuntimeProfile '\(name)' is not valid: \(problems.map(\.description).joined(separator: "; "))"
                    )
                )
            }
            return TaskProfile(name: name, spec: object.spec, generation: object.metadata.generation)
        }
        for source in [installation, namespace] {
            guard let value = source?.data?[name], Self.isProfile(name) else { continue }
            guard let image = Self.image(value) else {
                throw TaskAcceptance.Refusal(
                    .failed(
                        .profileResolutionFailed,
                        "spec.runtimeProfile: ConfigMap '\(Self.configMapName)' in namespace '\(source?.metadata.namespace ?? "")' names no image for '\(name)'; its value must be one image and nothing else."
                    )
                )
            }
            return TaskProfile(name: name, configuredImage: image)
        }
        if let builtin = BuiltinProfiles.named(name) { return TaskProfile(builtin) }
        throw TaskAcceptance.Refusal(
            .failed(
                .profileResolutionFailed,
                "spec.runtimeProfile: there is no profile '\(name)'; known are \(known.joined(separator: ", "))."
            )
        )
    }

    /// The names of all profiles, the built-in ones last.
    private var known: [String] {
        let builtins = BuiltinProfiles.all.map(\.name)
        let configured = [installation, namespace].flatMap { Array(($0?.data ?? [:]).keys) }
        return Set(configured.filter(Self.isProfile) + objectNames).subtracting(builtins).sorted() + builtins
    }

    private static func isProfile(_ key: String) -> Bool { !key.hasSuffix(ignoredEnding) }

    /// A value of the ConfigMap without the line end that YAML likes to leave; nil when it is no image.
    private static func image(_ value: String) -> String? {
        guard let first = value.firstIndex(where: { !$0.isWhitespace }), let last = value.lastIndex(where: { !$0.isWhitespace })
        else {
            return nil
        }
        let image = value[first...last]
        return image.contains(where: \.isWhitespace) ? nil : String(image)
    }
}

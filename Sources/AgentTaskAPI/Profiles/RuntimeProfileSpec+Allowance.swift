// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// What a profile allows a task. What it does not name it does not allow.
extension RuntimeProfileSpec {
    /// The resources that a task may always ask for; others only up to a maximum of the profile.
    static let computeResources: Set<String> = ["cpu", "memory", "ephemeral-storage"]

    /// Everything in the task that goes beyond the profile, for webhook, controller and command line.
    ///
    /// - Parameters:
    ///   - task: Valid by itself.
    ///   - name: The profile's name.
    ///   - allowsAnySecret: For clusters with one user.
    public func problems(of task: AgentTask, profile name: String, allowsAnySecret: Bool = false) -> [ProfileProblem] {
        var problems = excesses(task.spec, name)
        let spec = task.spec
        if let network = spec.network?.profile, !network.isEmpty, network != NetworkSet.isolated, networkSet(network) == nil {
            let known = ([NetworkSet.isolated] + (self.network?.sets ?? []).map(\.name)).joined(separator: ", ")
            problems.append(
                ProfileProblem(
                    .profileForbidden,
                    "spec.network.profile",
                    "profile \(name) has no network set '\(network)'; it has \(known)"
                )
            )
        }
        if let priority = spec.priorityClassName, !priority.isEmpty, priorityClassNames?.contains(priority) != true {
            problems.append(
                ProfileProblem(
                    .profileForbidden,
                    "spec.priorityClassName",
                    "profile \(name) does not allow the PriorityClass '\(priority)'\(Self.allowed(priorityClassNames))"
                )
            )
        }
        for variable in spec.env ?? [] where !allowsAnySecret {
            guard let secret = variable.valueFrom?.secretKeyRef?.name, secrets?.names?.contains(secret) != true else { continue }
            problems.append(
                ProfileProblem(
                    .profileForbidden,
                    "spec.env[\(variable.name)]",
                    "profile \(name) does not allow the Secret '\(secret)'\(Self.allowed(secrets?.names))"
                )
            )
        }
        return problems
    }

    /// Why a task of this namespace may not use the profile; nil when it may.
    ///
    /// - Parameter labels: Those of the namespace; only read when the profile selects namespaces.
    public func problem(ofNamespace namespace: String, labels: [String: String], profile name: String) -> ProfileProblem? {
        guard let allowedNamespaces, !allowedNamespaces.matches(labels) else { return nil }
        return ProfileProblem(
            .profileForbidden,
            "spec.runtimeProfile",
            "profile \(name) may not be used in namespace '\(namespace)', whose labels its allowedNamespaces does not select"
        )
    }

    /// The set of this name; nil for none, and for the one that reaches nothing.
    public func networkSet(_ name: String) -> NetworkSet? { network?.sets?.first { $0.name == name } }

    /// The set that a task has; nil when it reaches nothing. A name that the profile does not have reaches nothing.
    public func networkSet(of spec: AgentTaskSpec) -> NetworkSet? {
        let wanted = spec.network?.profile ?? ""
        return networkSet(wanted.isEmpty ? network?.default ?? NetworkSet.isolated : wanted)
    }

    /// The seconds that a task has which names none.
    public var usualTimeoutSeconds: Int32 { timeoutSeconds?.default ?? min(300, timeoutSeconds?.max ?? 300) }

    private func excesses(_ spec: AgentTaskSpec, _ name: String) -> [ProfileProblem] {
        var problems: [ProfileProblem] = []
        if let wanted = spec.timeoutSeconds, let most = timeoutSeconds?.max, wanted > most {
            problems.append(
                ProfileProblem(
                    .validationFailed,
                    "spec.timeoutSeconds",
                    "\(wanted) is more than the \(most) that profile \(name) allows"
                )
            )
        }
        for (kind, amounts) in [("limits", spec.resources?.limits), ("requests", spec.resources?.requests)] {
            for (resource, amount) in (amounts ?? [:]).sorted(by: { $0.key < $1.key }) {
                let field = "spec.resources.\(kind)[\(resource)]"
                if amount < .zero {
                    problems.append(ProfileProblem(.validationFailed, field, "\(amount) is less than 0"))
                } else if let most = resources?.max?[resource] {
                    guard amount > most else { continue }
                    problems.append(
                        ProfileProblem(.validationFailed, field, "\(amount) is more than the \(most) that profile \(name) allows")
                    )
                } else if !Self.computeResources.contains(resource) {
                    problems.append(
                        ProfileProblem(
                            .validationFailed,
                            field,
                            "\(amount) is more than the 0 that profile \(name) allows: it names no maximum of \(resource)"
                        )
                    )
                }
            }
        }
        return problems
    }

    private static func allowed(_ names: [String]?) -> String {
        let names = names ?? []
        return names.isEmpty ? "; it allows none" : "; it allows \(names.joined(separator: ", "))"
    }
}

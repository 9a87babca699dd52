// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

/// Decides whether a task can be accepted at all, and with which profile.
struct TaskAcceptance: Sendable {
    /// Whether references to ConfigMaps and Secrets are admitted although nothing checked the creator's right to read them.
    var allowsUnverifiedReferences: Bool

    /// The profile of the task. Throws why the task has to fail.
    func profile(of task: AgentTask) throws(Refusal) -> BuiltinProfile {
        let problems = AgentTaskValidation.problems(of: task)
        guard problems.isEmpty else {
            throw Refusal(.failed(.validationFailed, problems.map(\.description).joined(separator: "; ")))
        }
        if task.spec.backend == "sandbox" {
            throw Refusal(.failed(.backendSelectionFailed, "spec.backend: no backend 'sandbox' exists; use auto or pod."))
        }
        if !allowsUnverifiedReferences, let reference = reference(of: task) {
            throw Refusal(
                .failed(
                    .validationFailed,
                    "\(reference): nothing checks that whoever made this task may read it; put the code inline, or start the operator with --allow-unverified-references."
                )
            )
        }
        guard let profile = BuiltinProfiles.named(task.spec.runtimeProfile) else {
            let known = BuiltinProfiles.all.map(\.name).joined(separator: ", ")
            throw Refusal(
                .failed(
                    .profileResolutionFailed,
                    "spec.runtimeProfile: there is no profile '\(task.spec.runtimeProfile)'; known are \(known)."
                )
            )
        }
        if task.spec.code.files?[profile.entrypoint] != nil {
            throw Refusal(
                .failed(
                    .validationFailed,
                    "spec.code.files: '\(profile.entrypoint)' is the entrypoint of profile \(profile.name); give that file another name."
                )
            )
        }
        if task.spec.network?.profile?.isEmpty == false {
            throw Refusal(
                .failed(
                    .profileForbidden,
                    "spec.network.profile: profile \(profile.name) has no network sets; leave the field out."
                )
            )
        }
        return profile
    }

    /// Why a task is refused.
    struct Refusal: Error {
        var outcome: TaskOutcome

        init(_ outcome: TaskOutcome) { self.outcome = outcome }
    }

    private func reference(of task: AgentTask) -> String? {
        if let name = task.spec.code.configMapRef?.name { return "spec.code.configMapRef: ConfigMap '\(name)'" }
        for variable in task.spec.env ?? [] {
            if let name = variable.valueFrom?.secretKeyRef?.name { return "spec.env[\(variable.name)]: Secret '\(name)'" }
        }
        return nil
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

/// Decides whether a task can be accepted at all, and with which profile.
struct TaskAcceptance: Sendable {
    /// Whether references to ConfigMaps and Secrets are admitted although nothing checked the creator's right to read them.
    var allowsUnverifiedReferences: Bool

    /// Whether it has to be found out if the webhook has seen who made the task.
    func needsVerification(_ task: AgentTask) -> Bool {
        !allowsUnverifiedReferences && !task.isTerminal && task.status?.admittedTime == nil
            && !TaskReference.all(of: task.spec).isEmpty
    }

    /// The profile of the task: the one with which it was accepted, whatever became of that since, else the one that is found now.
    /// Throws why the task has to fail.
    ///
    /// - Parameters:
    ///   - profiles: Where it is looked for.
    ///   - isVerified: Whether the webhook has checked what the creator may read.
    func profile(of task: AgentTask, in profiles: ProfileResolution, isVerified: Bool) throws(Refusal) -> TaskProfile {
        let problems = AgentTaskValidation.problems(of: task)
        guard problems.isEmpty else {
            throw Refusal(.failed(.validationFailed, problems.map(\.description).joined(separator: "; ")))
        }
        if task.spec.backend == "sandbox" {
            throw Refusal(.failed(.backendSelectionFailed, "spec.backend: no backend 'sandbox' exists; use auto or pod."))
        }
        if !allowsUnverifiedReferences, !isVerified, let reference = TaskReference.all(of: task.spec).first {
            throw Refusal(
                .failed(
                    .validationFailed,
                    "\(reference.field): nothing checked that whoever made this task may read the \(reference.kind.rawValue) '\(reference.name)'; put the content inline, or make the task anew when the operator's webhook is registered with failurePolicy Fail, or start the operator with --allow-unverified-references."
                )
            )
        }
        let profile: TaskProfile
        if let frozen = TaskProfile(frozenIn: task.status) {
            profile = frozen
        } else {
            profile = try profiles.profile(named: task.spec.runtimeProfile)
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
}

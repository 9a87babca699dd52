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
        let excesses = profile.problems(of: task, allowsAnySecret: allowsUnverifiedReferences)
        if let first = excesses.first {
            let same = excesses.filter { $0.reason == first.reason }
            throw Refusal(.failed(first.reason, same.map(\.problem.description).joined(separator: "; ")))
        }
        return profile
    }

    /// The same as values: the profile, or why the task has to fail.
    func verdict(on task: AgentTask, in profiles: ProfileResolution, isVerified: Bool) -> (TaskProfile?, TaskOutcome?) {
        do throws(Refusal) {
            return (try profile(of: task, in: profiles, isVerified: isVerified), nil)
        } catch {
            return (nil, error.outcome)
        }
    }

    /// Why a task is refused.
    struct Refusal: Error {
        var outcome: TaskOutcome

        init(_ outcome: TaskOutcome) { self.outcome = outcome }
    }
}

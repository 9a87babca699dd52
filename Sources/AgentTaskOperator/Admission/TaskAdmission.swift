// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta

/// What is to be said of a task that somebody wants to create or change, before anybody is asked about rights.
enum TaskAdmission: Sendable, Hashable {
    /// It may be stored.
    case allowed
    /// It may not, for these reasons.
    case refused([AgentTaskProblem])
    /// It may be stored if whoever asks has the right to read these: the program may print what it gets to see.
    case needsRights([TaskReference])

    /// Judges a new task.
    static func create(_ task: AgentTask) -> TaskAdmission {
        let problems = AgentTaskValidation.problems(of: task)
        guard problems.isEmpty else { return .refused(problems) }
        return needsRights(to: task.spec)
    }

    /// Judges a change.
    ///
    /// What does not touch the spec passes, and so does everything about a task that is being deleted, or else no finalizer could be
    /// removed from it. A fault that the stored task has already is not held against a change of something else, such as a cancellation.
    static func update(_ task: AgentTask, old: AgentTask, subresource: String?) -> TaskAdmission {
        guard isChange(task, old: old, subresource: subresource) else { return .allowed }
        let known = Set(AgentTaskValidation.problems(of: old))
        let problems = AgentTaskValidation.problems(of: task, old: old).filter { !known.contains($0) }
        guard problems.isEmpty else { return .refused(problems) }
        // Somebody who may not read a Secret must not get at it by giving another's program new arguments or a way out.
        let (new, before) = (task.spec, old.spec)
        let isSameProgram =
            new.args == before.args && new.env == before.env && new.code == before.code
            && new.network == before.network
        return isSameProgram ? .allowed : needsRights(to: new)
    }

    /// Whether a change touches the spec of a task that is to stay.
    static func isChange(_ task: AgentTask, old: AgentTask, subresource: String?) -> Bool {
        (subresource ?? "").isEmpty && old.metadata.deletionTimestamp == nil && task.spec != old.spec
    }

    private static func needsRights(to spec: AgentTaskSpec) -> TaskAdmission {
        let references = TaskReference.all(of: spec)
        return references.isEmpty ? .allowed : .needsRights(references)
    }
}

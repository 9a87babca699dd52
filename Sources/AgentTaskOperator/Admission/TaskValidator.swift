// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerServing
import KubernetesAdmission
import KubernetesAuthentication
import KubernetesClient
import KubernetesMeta

/// The admission webhook of tasks. It has no side effects, so a dry run is answered as the real thing.
struct TaskValidator: Validator {
    let references: ReferenceReview
    /// Nil where only what a task says by itself is judged.
    var profiles: ProfileReview?

    func validateCreate(_ task: AgentTask, context: AdmissionContext) async throws {
        guard (context.request.subResource ?? "").isEmpty else { return }
        let admission = TaskAdmission.create(task)
        try Self.refuse(admission)
        try await enforce(of: context.request) { review, namespace throws(ClientError) in
            try await review.problems(of: task, namespace: namespace)
        }
        try await enforce(admission, context)
    }

    func validateUpdate(_ task: AgentTask, old: AgentTask, context: AdmissionContext) async throws {
        let admission = TaskAdmission.update(task, old: old, subresource: context.request.subResource)
        try Self.refuse(admission)
        if TaskAdmission.isChange(task, old: old, subresource: context.request.subResource) {
            try await enforce(of: context.request) { review, namespace throws(ClientError) in
                try await review.problems(of: task, old: old, namespace: namespace)
            }
        }
        try await enforce(admission, context)
    }

    private func enforce(_ admission: TaskAdmission, _ context: AdmissionContext) async throws {
        guard case .needsRights(let references) = admission else { return }
        let unreadable = try await unreadable(references, context.request)
        guard unreadable.isEmpty else { throw Self.forbidden(unreadable, context.request.userInfo) }
    }

    private static func refuse(_ admission: TaskAdmission) throws {
        if case .refused(let problems) = admission { throw invalid(problems) }
    }

    private static func invalid(_ problems: [AgentTaskProblem]) -> AdmissionDenial {
        AdmissionDenial.invalid(
            problems.map { StatusCause(field: $0.field, message: $0.message, reason: "FieldValueInvalid") }
        )
    }

    /// Refuses what the task's profile does not give.
    private func enforce(
        of request: AdmissionRequest,
        _ problems: (ProfileReview, String) async throws(ClientError) -> [AgentTaskProblem]
    ) async throws {
        guard let profiles else { return }
        let found: [AgentTaskProblem]
        do throws(ClientError) {
            found = try await problems(profiles, request.namespace ?? "")
        } catch {
            throw AdmissionDenial(
                "spec.runtimeProfile: it could not be found out what the profile allows, try again: \(error)",
                code: 503,
                reason: "ServiceUnavailable"
            )
        }
        guard found.isEmpty else { throw Self.invalid(found) }
    }

    private func unreadable(_ asked: [TaskReference], _ request: AdmissionRequest) async throws -> [TaskReference] {
        guard let namespace = request.namespace, !namespace.isEmpty else {
            throw AdmissionDenial("the request has no namespace", code: 400, reason: "BadRequest")
        }
        do throws(ClientError) {
            return try await references.unreadable(asked, namespace: namespace, by: request.userInfo)
        } catch {
            throw AdmissionDenial(
                "\(asked[0].field): it could not be found out whether you may get the \(asked[0].kind.rawValue) '\(asked[0].name)'"
                    + " and what else the task references, try again: \(error)",
                code: 503,
                reason: "ServiceUnavailable"
            )
        }
    }

    private static func forbidden(_ references: [TaskReference], _ user: UserInfo) -> AdmissionDenial {
        let causes = references.map {
            StatusCause(
                field: $0.field,
                message: "user '\(user.username ?? "")' may not get the \($0.kind.rawValue) '\($0.name)'",
                reason: "FieldValueForbidden"
            )
        }
        let list = causes.map { "\($0.field ?? ""): \($0.message ?? "")" }.joined(separator: ", ")
        return AdmissionDenial("\(list); ask for that right, or leave the reference out", causes: causes)
    }
}

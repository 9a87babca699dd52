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

    func validateCreate(_ task: AgentTask, context: AdmissionContext) async throws {
        guard (context.request.subResource ?? "").isEmpty else { return }
        try await enforce(.create(task), context)
    }

    func validateUpdate(_ task: AgentTask, old: AgentTask, context: AdmissionContext) async throws {
        try await enforce(.update(task, old: old, subresource: context.request.subResource), context)
    }

    private func enforce(_ admission: TaskAdmission, _ context: AdmissionContext) async throws {
        switch admission {
        case .allowed: return
        case .refused(let problems):
            throw AdmissionDenial.invalid(
                problems.map { StatusCause(field: $0.field, message: $0.message, reason: "FieldValueInvalid") }
            )
        case .needsRights(let references):
            let unreadable = try await unreadable(references, context.request)
            guard unreadable.isEmpty else { throw Self.forbidden(unreadable, context.request.userInfo) }
        }
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

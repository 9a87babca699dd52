// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerServing
import KubernetesMeta

/// The admission webhook of RuntimeProfiles: the rules that CEL cannot say.
struct ProfileValidator: Validator {
    func validateCreate(_ profile: RuntimeProfile, context: AdmissionContext) async throws {
        try Self.refuse(RuntimeProfileValidation.problems(of: profile))
    }

    /// What does not touch the spec passes, so that nothing keeps a profile from being labelled or deleted.
    func validateUpdate(_ profile: RuntimeProfile, old: RuntimeProfile, context: AdmissionContext) async throws {
        guard old.metadata.deletionTimestamp == nil, profile.spec != old.spec else { return }
        try Self.refuse(RuntimeProfileValidation.problems(of: profile))
    }

    private static func refuse(_ problems: [AgentTaskProblem]) throws {
        guard !problems.isEmpty else { return }
        throw AdmissionDenial.invalid(
            problems.map { StatusCause(field: $0.field, message: $0.message, reason: "FieldValueInvalid") }
        )
    }
}

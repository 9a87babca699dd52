// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerServing
import KubernetesAdmission
import KubernetesAuthentication
import KubernetesMeta

/// The rules of lamps, one for each way in which a validator can end.
struct LampRules: Validator {
    struct Broken: Error, CustomStringConvertible { var description: String { "the light meter is broken" } }

    func validateCreate(_ lamp: Lamp, context: AdmissionContext) async throws {
        switch lamp.watts ?? 0 {
        case 13: throw Broken()
        case 66: throw CancellationError()
        case 1000...: throw AdmissionDenial("lamps/\(lamp.metadata.name ?? ""): too bright; use less than 1000 W")
        case ..<0: throw AdmissionDenial.invalid([StatusCause(field: "watts", message: "must not be negative")])
        default:
            context.annotate("watts", "\(lamp.watts ?? 0)")
            if lamp.watts == nil { context.warn("a lamp without watts is dark") }
        }
    }

    func validateUpdate(_ lamp: Lamp, old: Lamp, context: AdmissionContext) async throws {
        guard lamp.watts == old.watts else { throw AdmissionDenial("watts cannot be changed") }
    }

    func validateDelete(_ lamp: Lamp, context: AdmissionContext) async throws {
        if context.request.dryRun == true { context.warn("dry") }
        guard lamp.watts != 7 else { throw AdmissionDenial("this one stays") }
    }
}

/// Gives lamps their watts and a label.
struct LampDefaults: Defaulter {
    func applyDefaults(to lamp: inout Lamp, context: AdmissionContext) async throws {
        if lamp.watts == nil { lamp.watts = 40 }
        lamp.metadata.labels = (lamp.metadata.labels ?? [:]).merging(["lit/by": context.request.userInfo.username ?? ""]) { $1 }
    }
}

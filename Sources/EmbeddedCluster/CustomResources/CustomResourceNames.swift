// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
package import KubernetesMeta

/// Decides which of the names that a CustomResourceDefinition asks for it gets, and whether its kind is served
/// (`k8s.io/apiextensions-apiserver/pkg/controller/status` and `/establish`).
package enum CustomResourceNames {
    /// The CustomResourceDefinition with the status that it should have; nil when it has it.
    ///
    /// A name is taken when another definition of the same group has it in `status.acceptedNames`. Of names asked for at the same time the
    /// first gets it: call this for one definition after the other, each with the results of those before.
    ///
    /// - Parameter others: All definitions; `crd` itself among them does not matter.
    package static func update(_ crd: JSONValue, others: [JSONValue], now: Time) -> JSONValue? {
        let group = crd.at("spec", "group")
        let name = crd.at("metadata", "name")
        let taken = others.filter { $0.at("spec", "group") == group && $0.at("metadata", "name") != name }
            .map { $0.at("status", "acceptedNames") ?? .object([:]) }
        let resources = Set(
            taken.flatMap { [$0.text("plural"), $0.text("singular")] + $0.elements("shortNames").compactMap(\.string) }
        )
        let kinds = Set(taken.flatMap { [$0.text("kind"), $0.text("listKind")] })
        var names = Negotiation(
            requested: crd.at("spec", "names") ?? .object([:]),
            accepted: crd.at("status", "acceptedNames") ?? .object([:])
        )
        names.decide("plural", taken: resources, reason: "PluralConflict")
        names.decide("singular", taken: resources, reason: "SingularConflict")
        names.decideShortNames(taken: resources)
        names.decide("kind", taken: kinds, reason: "KindConflict")
        names.decide("listKind", taken: kinds, reason: "ListKindConflict")
        names.accepted["categories"] = names.requested["categories"]

        var result = crd
        result.change("status") { $0["acceptedNames"] = names.accepted }
        if let conflict = names.conflict {
            CustomResourceCondition(type: "NamesAccepted", isTrue: false, reason: conflict.reason, message: conflict.message)
                .set(in: &result, now: now)
        } else {
            CustomResourceCondition(type: "NamesAccepted", isTrue: true, reason: "NoConflicts", message: "no conflicts found")
                .set(in: &result, now: now)
        }
        if !CustomResourceCondition.isTrue("Established", of: crd) {
            let isAccepted = names.conflict == nil
            CustomResourceCondition(
                type: "Established",
                isTrue: isAccepted,
                reason: isAccepted ? "InitialNamesAccepted" : "NotAccepted",
                message: isAccepted ? "the initial names have been accepted" : "not all names are accepted"
            ).set(in: &result, now: now)
        }
        return result == crd ? Optional.none : result
    }

    private struct Negotiation {
        let requested: JSONValue
        var accepted: JSONValue
        /// The last conflict found is the one reported.
        var conflict: (reason: String, message: String)?

        mutating func decide(_ key: String, taken: Set<String>, reason: String) {
            let name = requested.text(key)
            if name != accepted.text(key), taken.contains(name) {
                conflict = (reason, "\(GoText.quoted(name)) is already in use")
            } else if !name.isEmpty {
                accepted[key] = .string(name)
            }
        }

        mutating func decideShortNames(taken: Set<String>) {
            let own = Set(accepted.elements("shortNames").compactMap(\.string))
            let conflicts = requested.elements("shortNames").compactMap(\.string).filter {
                !own.contains($0) && taken.contains($0)
            }
            .map { "\(GoText.quoted($0)) is already in use" }
            if conflicts.isEmpty {
                accepted["shortNames"] = requested["shortNames"]
            } else {
                conflict = (
                    "ShortNamesConflict", conflicts.count == 1 ? conflicts[0] : "[" + conflicts.joined(separator: ", ") + "]"
                )
            }
        }
    }
}

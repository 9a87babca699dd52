// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// The rules of RuntimeProfile beyond a field's type: used by the admission webhook, and by the controller before a task is accepted with
/// one that no webhook has seen.
public enum RuntimeProfileValidation {
    /// The users that a program may run as: those below belong to systems.
    static let users: ClosedRange<Int64> = 1000...2_147_483_647

    /// Every problem of a profile.
    public static func problems(of profile: RuntimeProfile) -> [AgentTaskProblem] {
        var problems = RuntimeProfileRules.all.filter { !$0.holds(profile) }.map {
            AgentTaskProblem(field: $0.field, message: $0.message)
        }
        let spec = profile.spec
        func check(_ field: String, _ isRight: Bool, _ message: @autoclosure () -> String) {
            if !isRight { problems.append(AgentTaskProblem(field: field, message: message())) }
        }
        check(
            "spec.image",
            !spec.image.isEmpty && !spec.image.contains(where: \.isWhitespace),
            "the image is one name without spaces"
        )
        check(
            "spec.imagePullPolicy",
            spec.imagePullPolicy.map { ["Always", "IfNotPresent", "Never"].contains($0) } ?? true,
            "'\(spec.imagePullPolicy ?? "")' is not Always, IfNotPresent or Never"
        )
        check("spec.command", spec.command?.isEmpty != true, "name at least the program, or leave the field out")
        check(
            "spec.entrypoint",
            spec.entrypoint.map { !$0.isEmpty && !$0.contains("/") } ?? true,
            "the entrypoint is the name of a file under /workspace, without '/'"
        )
        check(
            "spec.env",
            (spec.env ?? []).allSatisfy { $0.value != nil && $0.valueFrom == nil },
            "a variable of a profile has a value, and no valueFrom"
        )
        if let user = spec.runAsUser {
            check(
                "spec.runAsUser",
                users.contains(user),
                "\(user) is not between \(users.lowerBound) and \(users.upperBound)"
            )
        }
        for (field, seconds) in [("default", spec.timeoutSeconds?.default), ("max", spec.timeoutSeconds?.max)] {
            guard let seconds else { continue }
            check("spec.timeoutSeconds.\(field)", (1...86_400).contains(seconds), "\(seconds) is not between 1 and 86400")
        }
        for (field, bytes) in [("tmp", spec.storage?.tmp), ("artifacts", spec.storage?.artifacts)] {
            guard let bytes else { continue }
            check("spec.storage.\(field)", bytes > .zero, "\(bytes) is not more than 0")
        }
        for (field, limit) in [
            ("maxActivePerNamespace", spec.limits?.maxActivePerNamespace),
            ("maxActivePerTenant", spec.limits?.maxActivePerTenant),
        ] {
            guard let limit else { continue }
            check("spec.limits.\(field)", limit >= 0, "\(limit) is less than 0")
        }
        return problems + resources(spec) + network(spec)
    }

    private static func resources(_ spec: RuntimeProfileSpec) -> [AgentTaskProblem] {
        guard let resources = spec.resources else { return [] }
        var problems: [AgentTaskProblem] = []
        for (kind, amounts) in [("limits", resources.default?.limits), ("requests", resources.default?.requests)] {
            for (name, amount) in (amounts ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let most = resources.max?[name], amount > most else { continue }
                problems.append(
                    AgentTaskProblem(
                        field: "spec.resources.default.\(kind)[\(name)]",
                        message: "\(amount) is more than spec.resources.max, \(most)"
                    )
                )
            }
        }
        return problems
    }

    private static func network(_ spec: RuntimeProfileSpec) -> [AgentTaskProblem] {
        var problems: [AgentTaskProblem] = []
        for set in spec.network?.sets ?? [] {
            for (index, destination) in (set.egress ?? []).enumerated() {
                let field = "spec.network.sets[\(set.name)].egress[\(index)]"
                guard let range = AddressRange(destination.cidr) else {
                    problems.append(
                        AgentTaskProblem(
                            field: "\(field).cidr",
                            message: "'\(destination.cidr)' is no range of addresses such as 203.0.113.0/24 or 2001:db8::/32"
                        )
                    )
                    continue
                }
                if let metadata = NetworkSet.metadataAddresses.first(where: { AddressRange($0)?.contains(range) == true }) {
                    problems.append(
                        AgentTaskProblem(
                            field: "\(field).cidr",
                            message: "\(metadata) gives a machine's credentials to whoever asks; no set may reach it"
                        )
                    )
                }
                for text in destination.except ?? [] {
                    guard let hole = AddressRange(text), range.contains(hole), hole != range else {
                        problems.append(
                            AgentTaskProblem(
                                field: "\(field).except",
                                message: "'\(text)' is no range inside of \(destination.cidr)"
                            )
                        )
                        continue
                    }
                }
                for ports in destination.ports ?? []
                where !(1...65_535).contains(ports.port) || !(1...65_535).contains(ports.endPort ?? 1) {
                    problems.append(
                        AgentTaskProblem(field: "\(field).ports", message: "a port is a number from 1 to 65535")
                    )
                }
            }
        }
        return problems
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for pod specs, also those of templates, in the order in which a real server reports them.
enum PodSpecValidation {
    static func errors(_ spec: JSONValue, _ field: String, alwaysRestarts: Bool = false) -> [FieldError] {
        let volumes = VolumeValidation(spec.elements("volumes"), field + ".volumes")
        var errors = volumes.errors
        let containers = ContainerValidation(volumes: volumes.names)
        let names = Set(spec.elements("containers").map { $0.text("name") })
        errors += containers.errors(spec.elements("containers"), field + ".containers")
        errors += containers.errors(
            spec.elements("initContainers"),
            field + ".initContainers",
            role: .initializing,
            otherNames: names
        )
        errors += containers.errors(
            spec.elements("ephemeralContainers"),
            field + ".ephemeralContainers",
            role: .ephemeral,
            otherNames: names.union(spec.elements("initContainers").map { $0.text("name") })
        )
        let restartPolicies = alwaysRestarts ? ["Always"] : ["Always", "OnFailure", "Never"]
        errors += FieldChecks.choice(spec.text("restartPolicy"), field + ".restartPolicy", restartPolicies)
        errors += FieldChecks.choice(
            spec.text("dnsPolicy"),
            field + ".dnsPolicy",
            ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]
        )
        errors += FieldChecks.labels(spec["nodeSelector"], field + ".nodeSelector")
        errors += SecurityContextValidation.podErrors(spec["securityContext"], field + ".securityContext")
        for (index, secret) in spec.elements("imagePullSecrets").enumerated() where secret.text("name").isEmpty {
            errors.append(.required("\(field).imagePullSecrets[\(index)].name", "name or generateName is required"))
        }
        errors += gateErrors(spec.elements("schedulingGates"), field + ".schedulingGates")
        errors += nameErrors(spec, field)
        errors += FieldChecks.range(spec.integer("activeDeadlineSeconds"), field + ".activeDeadlineSeconds", 1...2_147_483_647)
        for name in ["hostname", "subdomain"] where !spec.text(name).isEmpty {
            errors += FieldChecks.label(spec.text(name), field + "." + name)
        }
        errors += TolerationValidation.errors(spec.elements("tolerations"), field + ".tolerations")
        errors += aliasErrors(spec.elements("hostAliases"), field + ".hostAliases")
        let priorityClass = spec.text("priorityClassName")
        if !priorityClass.isEmpty { errors += FieldChecks.subdomain(priorityClass, field + ".priorityClassName") }
        errors += FieldChecks.choice(
            spec.text("preemptionPolicy"),
            field + ".preemptionPolicy",
            ["Never", "PreemptLowerPriority"],
            isOptional: true
        )
        return errors
    }

    private static func nameErrors(_ spec: JSONValue, _ field: String) -> [FieldError] {
        ["serviceAccountName", "nodeName", "runtimeClassName"].filter { !spec.text($0).isEmpty }
            .flatMap { FieldChecks.subdomain(spec.text($0), field + "." + $0) }
    }

    private static func gateErrors(_ gates: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, gate) in gates.enumerated() {
            let name = gate.text("name")
            errors += FieldChecks.qualifiedName(name, "\(field)[\(index)]")
            if !names.insert(name).inserted { errors.append(.duplicate("\(field)[\(index)]", .string(name))) }
        }
        return errors
    }

    private static func aliasErrors(_ aliases: [JSONValue], _ field: String) -> [FieldError] {
        aliases.enumerated().flatMap { index, alias in
            alias.elements("hostnames").compactMap(\.string).flatMap { FieldChecks.subdomain($0, "\(field)[\(index)].hostnames") }
        }
    }
}

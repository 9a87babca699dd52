// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Every CEL rule of the RuntimeProfile CRD with its Swift twin. The CRD takes its expressions from here, so neither side can grow alone.
package enum RuntimeProfileRules {
    package static let all: [RuntimeProfileRule] = [
        RuntimeProfileRule(
            place: .object,
            expression: "size(self.metadata.name) <= 63",
            message: "metadata.name must be at most 63 characters, because a task names it in spec.runtimeProfile",
            field: "metadata.name",
            holds: { ($0.metadata.name ?? "").unicodeScalars.count <= 63 }
        ),
        RuntimeProfileRule(
            place: .entrypoint,
            expression: "self != 'artifacts' && self != '..' && self != '.'",
            message: "the entrypoint is the name of a file, not 'artifacts', '.' or '..'",
            field: "spec.entrypoint",
            holds: { !["artifacts", "..", "."].contains($0.spec.entrypoint) }
        ),
        RuntimeProfileRule(
            place: .env,
            expression: "!self.name.startsWith('AGENTTASK_')",
            message: "names that begin with AGENTTASK_ are reserved",
            field: "spec.env",
            holds: { ($0.spec.env ?? []).allSatisfy { !$0.name.hasPrefix("AGENTTASK_") } }
        ),
        RuntimeProfileRule(
            place: .timeoutSeconds,
            expression: "!has(self.default) || !has(self.max) || self.default <= self.max",
            message: "the default must not be more than max",
            field: "spec.timeoutSeconds.default",
            holds: { profile in
                guard let timeout = profile.spec.timeoutSeconds, let usual = timeout.default, let most = timeout.max else {
                    return true
                }
                return usual <= most
            }
        ),
        RuntimeProfileRule(
            place: .network,
            expression:
                "!has(self.default) || self.default == 'isolated' || (has(self.sets) && self.sets.exists(s, s.name == self.default))",
            message: "the default must be 'isolated' or the name of one of sets",
            field: "spec.network.default",
            holds: { profile in
                guard let network = profile.spec.network, let usual = network.default, usual != NetworkSet.isolated else {
                    return true
                }
                return (network.sets ?? []).contains { $0.name == usual }
            }
        ),
        RuntimeProfileRule(
            place: .networkSet,
            expression: "self.name != 'isolated'",
            message: "'isolated' is the name of the set that reaches nothing; give this one another name",
            field: "spec.network.sets",
            holds: { ($0.spec.network?.sets ?? []).allSatisfy { $0.name != NetworkSet.isolated } }
        ),
        RuntimeProfileRule(
            place: .ports,
            expression: "!has(self.endPort) || self.endPort >= self.port",
            message: "endPort must not be less than port",
            field: "spec.network.sets",
            holds: { profile in
                (profile.spec.network?.sets ?? []).flatMap { $0.egress ?? [] }.flatMap { $0.ports ?? [] }
                    .allSatisfy { $0.endPort ?? $0.port >= $0.port }
            }
        ),
    ]
}

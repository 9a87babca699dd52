// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Every CEL rule of the AgentTask CRD with its Swift twin. The CRD takes its expressions from here, so neither side can grow alone.
package enum AgentTaskRules {
    package static let all: [AgentTaskRule] = [
        AgentTaskRule(
            place: .object,
            expression: "size(self.metadata.name) <= 63",
            message: "metadata.name must be at most 63 characters, because it becomes a label value",
            field: "metadata.name",
            holds: { new, _ in (new.metadata.name ?? "").unicodeScalars.count <= 63 }
        ),
        AgentTaskRule(
            place: .object,
            expression:
                "!(has(oldSelf.status) && has(oldSelf.status.phase) && oldSelf.status.phase in ['Succeeded','Failed','Timeout','Canceled']) || (has(self.status) && has(self.status.phase) && self.status.phase == oldSelf.status.phase)",
            message: "a terminal phase is final",
            field: "status.phase",
            holds: { new, old in
                guard let phase = old?.status?.phase, TaskPhase(rawValue: phase)?.isTerminal == true else { return true }
                return new.status?.phase == phase
            }
        ),
        AgentTaskRule(
            place: .code,
            expression: "(has(self.source) && size(self.source) > 0) != has(self.configMapRef)",
            message: "set exactly one of source and configMapRef",
            field: "spec.code",
            holds: { new, _ in (new.spec.code.source?.isEmpty == false) != (new.spec.code.configMapRef != nil) }
        ),
        AgentTaskRule(
            place: .code,
            expression:
                "!has(self.files) || self.files.all(k, k.matches('^[-._a-zA-Z0-9]+$') && k != 'artifacts' && k != '..' && k != '.')",
            message: "a file name consists of letters, digits, '-', '_' and '.', and is not 'artifacts', '.' or '..'",
            field: "spec.code.files",
            holds: { new, _ in (new.spec.code.files ?? [:]).keys.allSatisfy(isFileName) }
        ),
        AgentTaskRule(
            place: .spec,
            expression: "self.runtimeProfile == oldSelf.runtimeProfile",
            message: "runtimeProfile is immutable",
            field: "spec.runtimeProfile",
            holds: { new, old in old.map { $0.spec.runtimeProfile == new.spec.runtimeProfile } ?? true }
        ),
        AgentTaskRule(
            place: .spec,
            expression: "self.code == oldSelf.code",
            message: "code is immutable",
            field: "spec.code",
            holds: { new, old in old.map { $0.spec.code == new.spec.code } ?? true }
        ),
        AgentTaskRule(
            place: .spec,
            expression: "!(has(oldSelf.canceled) && oldSelf.canceled) || (has(self.canceled) && self.canceled)",
            message: "canceled cannot be unset",
            field: "spec.canceled",
            holds: { new, old in old?.spec.canceled != true || new.spec.canceled == true }
        ),
        AgentTaskRule(
            place: .spec,
            expression: "has(self.tenant) == has(oldSelf.tenant) && (!has(self.tenant) || self.tenant == oldSelf.tenant)",
            message: "tenant is immutable",
            field: "spec.tenant",
            holds: { new, old in old.map { $0.spec.tenant == new.spec.tenant } ?? true }
        ),
        AgentTaskRule(
            place: .spec,
            expression: "has(self.backend) == has(oldSelf.backend) && (!has(self.backend) || self.backend == oldSelf.backend)",
            message: "backend is immutable",
            field: "spec.backend",
            holds: { new, old in old.map { $0.spec.backend == new.spec.backend } ?? true }
        ),
        AgentTaskRule(
            place: .env,
            expression: "!self.name.startsWith('AGENTTASK_')",
            message: "names that begin with AGENTTASK_ are reserved",
            field: "spec.env",
            holds: { new, _ in (new.spec.env ?? []).allSatisfy { !$0.name.hasPrefix("AGENTTASK_") } }
        ),
        AgentTaskRule(
            place: .env,
            expression: "has(self.value) != has(self.valueFrom)",
            message: "set exactly one of value and valueFrom",
            field: "spec.env",
            holds: { new, _ in (new.spec.env ?? []).allSatisfy { ($0.value != nil) != ($0.valueFrom != nil) } }
        ),
        AgentTaskRule(
            place: .spec,
            expression: "has(self.timeoutSeconds) == has(oldSelf.timeoutSeconds)",
            message: "timeoutSeconds cannot be set or unset later",
            field: "spec.timeoutSeconds",
            holds: { new, old in old.map { ($0.spec.timeoutSeconds == nil) == (new.spec.timeoutSeconds == nil) } ?? true }
        ),
        AgentTaskRule(
            place: .timeoutSeconds,
            expression: "self <= oldSelf",
            message: "timeoutSeconds may be lowered, never raised",
            field: "spec.timeoutSeconds",
            holds: { new, old in
                guard let before = old?.spec.timeoutSeconds, let after = new.spec.timeoutSeconds else { return true }
                return after <= before
            }
        ),
    ]

    private static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && name != "artifacts" && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

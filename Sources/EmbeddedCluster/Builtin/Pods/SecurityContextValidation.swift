// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for the security contexts of containers and pods.
enum SecurityContextValidation {
    private static let identifiers: ClosedRange<Int64> = 0...2_147_483_647

    static func containerErrors(_ context: JSONValue?, _ field: String) -> [FieldError] {
        guard let context else { return [] }
        var errors: [FieldError] = []
        for name in ["runAsUser", "runAsGroup"] {
            errors += FieldChecks.range(context.integer(name), field + "." + name, identifiers)
        }
        if let mount = context["procMount"]?.string {
            errors += FieldChecks.choice(mount, field + ".procMount", ["Default", "Unmasked"])
        }
        errors += seccompErrors(context["seccompProfile"], field + ".seccompProfile")
        errors += appArmorErrors(context["appArmorProfile"], field + ".appArmorProfile")
        if context["allowPrivilegeEscalation"] == false {
            let value = GoStructText.value(context, as: .securityContext)
            if context["privileged"] == true {
                errors.append(.invalid(field, value, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"))
            }
            if context.at("capabilities", "add")?.array?.contains("CAP_SYS_ADMIN") ?? false {
                errors.append(
                    .invalid(field, value, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")
                )
            }
        }
        return errors
    }

    static func podErrors(_ context: JSONValue?, _ field: String) -> [FieldError] {
        guard let context else { return [] }
        var errors: [FieldError] = []
        for name in ["fsGroup", "runAsUser", "runAsGroup"] {
            errors += FieldChecks.range(context.integer(name), field + "." + name, identifiers)
        }
        for (index, group) in context.elements("supplementalGroups").enumerated() {
            errors += FieldChecks.range(group.int, "\(field).supplementalGroups[\(index)]", identifiers)
        }
        errors += sysctlErrors(context.elements("sysctls"), field + ".sysctls")
        let policies = ["Always", "OnRootMismatch"]
        errors += FieldChecks.choice(
            context.text("fsGroupChangePolicy"),
            field + ".fsGroupChangePolicy",
            policies,
            isOptional: true
        )
        errors += seccompErrors(context["seccompProfile"], field + ".seccompProfile")
        errors += appArmorErrors(context["appArmorProfile"], field + ".appArmorProfile")
        return errors
    }

    private static func seccompErrors(_ profile: JSONValue?, _ field: String) -> [FieldError] {
        guard let profile else { return [] }
        let type = profile.text("type")
        var errors: [FieldError] = []
        if type.isEmpty {
            errors.append(.required(field + ".type", "type is required when seccompProfile is set"))
        } else {
            errors += FieldChecks.choice(type, field + ".type", ["Localhost", "RuntimeDefault", "Unconfined"])
        }
        if type == "Localhost" {
            if let path = profile["localhostProfile"]?.string {
                errors += FieldChecks.descendingPath(path, field + ".localhostProfile")
            } else {
                errors.append(.required(field + ".localhostProfile", "must be set when seccomp type is Localhost"))
            }
        } else if let path = profile["localhostProfile"] {
            errors.append(.invalid(field + ".localhostProfile", path, "can only be set when seccomp type is Localhost"))
        }
        return errors
    }

    private static func appArmorErrors(_ profile: JSONValue?, _ field: String) -> [FieldError] {
        guard let profile else { return [] }
        let type = profile.text("type")
        if type.isEmpty { return [.required(field + ".type", "type is required when appArmorProfile is set")] }
        var errors = FieldChecks.choice(type, field + ".type", ["Localhost", "RuntimeDefault", "Unconfined"])
        if type == "Localhost", profile.text("localhostProfile").isEmpty {
            errors.append(.required(field + ".localhostProfile", "must be set when AppArmor type is Localhost"))
        }
        return errors
    }

    private static func sysctlErrors(_ sysctls: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, sysctl) in sysctls.enumerated() {
            let path = "\(field)[\(index)].name"
            let name = sysctl.text("name")
            if name.isEmpty {
                errors.append(.required(path))
            } else if !isSysctlName(name) {
                let rule =
                    #"must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"#
                errors.append(.invalid(path, .string(name), rule))
            } else if !names.insert(name).inserted {
                errors.append(.duplicate(path, .string(name)))
            }
        }
        return errors
    }

    private static func isSysctlName(_ name: String) -> Bool {
        guard name.utf8.count <= 253 else { return false }
        let isEdge = { (character: Character) in character.isASCII && (character.isLowercase || character.isNumber) }
        return name.split(omittingEmptySubsequences: false, whereSeparator: { "./".contains($0) }).allSatisfy { part in
            guard let first = part.first, let last = part.last, isEdge(first), isEdge(last) else { return false }
            return part.allSatisfy { isEdge($0) || $0 == "-" || $0 == "_" }
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for probes and lifecycle hooks.
enum ProbeValidation {
    static func errors(_ probe: JSONValue?, _ field: String, needsSingleSuccess: Bool) -> [FieldError] {
        guard let probe else { return [] }
        var errors = handlerErrors(probe, field, kinds: ["exec", "httpGet", "tcpSocket", "grpc"])
        for name in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
            errors += FieldChecks.nonNegative(probe.integer(name), field + "." + name)
        }
        errors += FieldChecks.positive(probe.integer("terminationGracePeriodSeconds"), field + ".terminationGracePeriodSeconds")
        if needsSingleSuccess, let threshold = probe.integer("successThreshold"), threshold != 1 {
            errors.append(.invalid(field + ".successThreshold", .int(threshold), "must be 1"))
        }
        return errors
    }

    static func lifecycleErrors(_ lifecycle: JSONValue?, _ field: String) -> [FieldError] {
        guard let lifecycle else { return [] }
        return ["postStart", "preStop"].flatMap { hook in
            lifecycle[hook].map { handlerErrors($0, field + "." + hook, kinds: ["exec", "httpGet", "tcpSocket", "sleep"]) } ?? []
        }
    }

    private static func handlerErrors(_ handler: JSONValue, _ field: String, kinds: [String]) -> [FieldError] {
        var errors: [FieldError] = []
        var count = 0
        for kind in kinds {
            guard let action = handler[kind] else { continue }
            let path = field + "." + kind
            if count > 0 {
                errors.append(.forbidden(path, "may not specify more than 1 handler type"))
            } else {
                errors += actionErrors(kind, action, path)
            }
            count += 1
        }
        if count == 0 { errors.append(.required(field, "must specify a handler type")) }
        return errors
    }

    private static func actionErrors(_ kind: String, _ action: JSONValue, _ path: String) -> [FieldError] {
        switch kind {
        case "exec": return action.elements("command").isEmpty ? [.required(path + ".command")] : []
        case "httpGet":
            var errors: [FieldError] = action.text("path").isEmpty ? [.required(path + ".path")] : []
            errors += FieldChecks.port(action["port"], path + ".port")
            errors += FieldChecks.choice(action.text("scheme"), path + ".scheme", ["HTTP", "HTTPS"])
            return errors
        case "tcpSocket": return FieldChecks.port(action["port"], path + ".port")
        case "grpc": return FieldChecks.portNumber(action.integer("port") ?? 0, path + ".port")
        default: return FieldChecks.nonNegative(action.integer("seconds"), path + ".seconds")
        }
    }
}

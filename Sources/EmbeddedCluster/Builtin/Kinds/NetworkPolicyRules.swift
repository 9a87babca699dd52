// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// NetworkPolicies.
struct NetworkPolicyRules: KindRules {
    func setDefaults(_ object: inout JSONValue) {
        object.change("spec") { spec in
            for direction in ["ingress", "egress"] {
                spec.forEachElement(direction) { rule in rule.forEachElement("ports") { $0.setDefault("protocol", "TCP") } }
            }
            guard spec.elements("policyTypes").isEmpty else { return }
            spec["policyTypes"] = spec.elements("egress").isEmpty ? ["Ingress"] : ["Ingress", "Egress"]
        }
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        let spec = object["spec"] ?? .object([:])
        var errors = FieldChecks.labelSelector(spec["podSelector"], "spec.podSelector")
        for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
            for (index, rule) in spec.elements(direction).enumerated() {
                let path = "spec.\(direction)[\(index)]"
                for (position, port) in rule.elements("ports").enumerated() {
                    errors += portErrors(port, "\(path).ports[\(position)]")
                }
                for (position, peer) in rule.elements(peers).enumerated() {
                    errors += peerErrors(peer, "\(path).\(peers)[\(position)]")
                }
            }
        }
        let types = spec.elements("policyTypes")
        if types.count > 2 {
            let error = FieldError.invalid("spec.policyTypes", .array(types), "may not specify more than two policyTypes")
            return errors + [error]
        }
        for (index, type) in types.enumerated() {
            errors += FieldChecks.choice(type.string ?? "", "spec.policyTypes[\(index)]", ["Egress", "Ingress"])
        }
        return errors
    }

    private func portErrors(_ port: JSONValue, _ path: String) -> [FieldError] {
        var errors: [FieldError] = []
        if let name = port["protocol"]?.string, !["TCP", "UDP", "SCTP"].contains(name) {
            errors.append(.notSupported(path + ".protocol", .string(name), ["SCTP", "TCP", "UDP"]))
        }
        if let number = port["port"] {
            errors += FieldChecks.port(number, path + ".port")
            if let end = port.integer("endPort") {
                if let start = number.int {
                    if end < start {
                        errors.append(.invalid(path + ".endPort", .int(end), "must be greater than or equal to `port`"))
                    }
                    errors += FieldChecks.portNumber(end, path + ".endPort")
                } else {
                    errors.append(.invalid(path + ".endPort", .int(end), "may not be specified when `port` is non-numeric"))
                }
            }
        } else if let end = port.integer("endPort") {
            errors.append(.invalid(path + ".endPort", .int(end), "may not be specified when `port` is not specified"))
        }
        return errors
    }

    private func peerErrors(_ peer: JSONValue, _ path: String) -> [FieldError] {
        let selectors = ["podSelector", "namespaceSelector"].filter { peer[$0] != nil }
        var errors = selectors.flatMap { FieldChecks.labelSelector(peer[$0], path + "." + $0) }
        if let block = peer["ipBlock"] {
            if !selectors.isEmpty { errors.append(.forbidden(path, "may not specify both ipBlock and another peer")) }
            errors += blockErrors(block, path + ".ipBlock")
        } else if selectors.isEmpty {
            errors.append(.required(path, "must specify a peer"))
        }
        return errors
    }

    private func blockErrors(_ block: JSONValue, _ path: String) -> [FieldError] {
        let text = block.text("cidr")
        if text.isEmpty { return [.required(path + ".cidr")] }
        guard let outer = AddressBlock(text) else { return [.invalid(path + ".cidr", .string(text), AddressBlock.complaint)] }
        return block.elements("except").enumerated().flatMap { index, value -> [FieldError] in
            let field = "\(path).except[\(index)]"
            guard let inner = AddressBlock(value.string ?? "") else { return [.invalid(field, value, AddressBlock.complaint)] }
            return outer.strictlyContains(inner) ? [] : [.invalid(field, value, "must be a strict subset of `cidr`")]
        }
    }

    var table: any KindTable { NetworkPolicyTable() }
}

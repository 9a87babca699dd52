// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Services. They are stored and served; nothing allocates cluster addresses here, because nothing would route them.
struct ServiceRules: KindRules {
    var nameRule: NameRule { .label1035 }

    func setDefaults(_ object: inout JSONValue) {
        object.change("spec") { spec in
            spec.setDefault("sessionAffinity", "None")
            spec.setDefault("type", "ClusterIP")
            spec.forEachElement("ports") { port in
                port.setDefault("protocol", "TCP")
                if let number = port["port"] { port.setDefault("targetPort", number) }
            }
            if spec.text("type") != "ExternalName" { spec.setDefault("internalTrafficPolicy", "Cluster") }
            if ["NodePort", "LoadBalancer"].contains(spec.text("type")) { spec.setDefault("externalTrafficPolicy", "Cluster") }
            if spec.text("type") == "LoadBalancer" { spec.setDefault("allocateLoadBalancerNodePorts", true) }
            if spec.text("clusterIP") == "None" { spec.setDefault("clusterIPs", ["None"]) }
        }
    }

    func validate(_ object: JSONValue) -> [FieldError] {
        let spec = object["spec"] ?? .object([:])
        var errors: [FieldError] = []
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        let isHeadless = spec.text("clusterIP") == "None"
        if spec.elements("ports").isEmpty, !isHeadless, spec.text("type") != "ExternalName" {
            errors.append(.required("spec.ports"))
        }
        errors += FieldChecks.choice(spec.text("sessionAffinity"), "spec.sessionAffinity", ["ClientIP", "None"])
        errors += FieldChecks.choice(spec.text("type"), "spec.type", types)
        errors += FieldChecks.labels(spec["selector"], "spec.selector")
        let needsNames = spec.elements("ports").count > 1
        var names: Set<String> = []
        for (index, port) in spec.elements("ports").enumerated() {
            let path = "spec.ports[\(index)]"
            let name = port.text("name")
            if name.isEmpty {
                if needsNames { errors.append(.required(path + ".name")) }
            } else {
                errors += FieldChecks.label(name, path + ".name")
                if !names.insert(name).inserted { errors.append(.duplicate(path + ".name", .string(name))) }
            }
            errors += FieldChecks.portNumber(port.integer("port") ?? 0, path + ".port")
            errors += FieldChecks.choice(port.text("protocol"), path + ".protocol", ["SCTP", "TCP", "UDP"])
            errors += FieldChecks.port(port["targetPort"], path + ".targetPort")
        }
        return errors
    }

    var table: any KindTable { ServiceTable() }
}

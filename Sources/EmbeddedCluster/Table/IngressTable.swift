// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Ingresses.
struct IngressTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Class", "Whose it is."), .text("Hosts", "For which names."),
            .text("Address", "Where it is reached."),
            .text("Ports", "On which ports."), .age,
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let spec = object["spec"] ?? .object([:])
        let hosts = spec.elements("rules").map { $0.text("host") }.filter { !$0.isEmpty }
        let addresses = (object.at("status", "loadBalancer")?.elements("ingress") ?? []).map { ingress in
            ingress.text("ip").isEmpty ? ingress.text("hostname") : ingress.text("ip")
        }
        return [
            TableText.name(object), TableText.orNone(spec.text("ingressClassName")),
            .string(hosts.isEmpty ? "*" : hosts.joined(separator: ",")), .string(addresses.joined(separator: ",")),
            .string(spec.elements("tls").isEmpty ? "80" : "80, 443"), TableText.age(object, now: now),
        ]
    }
}

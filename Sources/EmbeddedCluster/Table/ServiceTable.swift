// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Services.
struct ServiceTable: KindTable {
    var columns: [TableColumn] {
        [
            .objectName, .text("Type", "How it is reached."), .text("Cluster-IP", "Its address inside the cluster."),
            .text("External-IP", "Its address outside."), .text("Port(s)", "Its ports."), .age,
            .wide("Selector", "The pods behind it."),
        ]
    }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let spec = object["spec"] ?? .object([:])
        let type = spec.text("type")
        let external: String
        switch type {
        case "ExternalName": external = spec.text("externalName")
        case "LoadBalancer":
            let addresses = (object.at("status", "loadBalancer")?.elements("ingress") ?? []).map { ingress in
                ingress.text("ip").isEmpty ? ingress.text("hostname") : ingress.text("ip")
            }
            external = addresses.isEmpty ? "<pending>" : addresses.joined(separator: ",")
        default: external = spec.elements("externalIPs").compactMap(\.string).joined(separator: ",")
        }
        let ports = spec.elements("ports").map { port in
            let node = port.integer("nodePort") ?? 0
            return "\(port.integer("port") ?? 0)\(node > 0 ? ":\(node)" : "")/\(port.text("protocol"))"
        }
        return [
            TableText.name(object), .string(type), TableText.orNone(spec.text("clusterIP")), TableText.orNone(external),
            TableText.orNone(ports.joined(separator: ",")), TableText.age(object, now: now),
            .string(TableText.labels(spec["selector"])),
        ]
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// NetworkPolicies.
struct NetworkPolicyTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Pod-Selector", "The pods it holds for."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        [
            TableText.name(object), .string(TableText.selector(object.at("spec", "podSelector") ?? .object([:]))),
            TableText.age(object, now: now),
        ]
    }
}

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

/// Endpoints.
struct EndpointsTable: KindTable {
    var columns: [TableColumn] { [.objectName, .text("Endpoints", "The addresses."), .age] }

    func cells(for object: JSONValue, now: Time) -> [JSONValue] {
        let addresses = object.elements("subsets").flatMap { subset in
            subset.elements("addresses").flatMap { address in
                subset.elements("ports").isEmpty
                    ? [address.text("ip")] : subset.elements("ports").map { "\(address.text("ip")):\($0.integer("port") ?? 0)" }
            }
        }
        let more = addresses.count > 3 ? " + \(addresses.count - 3) more..." : ""
        return [
            TableText.name(object), TableText.orNone(addresses.prefix(3).joined(separator: ",") + more),
            TableText.age(object, now: now),
        ]
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Finds where a Service's port is served, from its objects (`k8s.io/apiserver/pkg/util/proxy.ResolveEndpoint`). Pure.
struct ServiceEndpoint: Sendable {
    /// Nil when there is none.
    var service: JSONValue?
    var endpoints: JSONValue?

    func address(of reference: WebhookServiceReference) throws(WebhookCallError) -> WebhookAddress {
        let name = GoText.quoted(reference.name)
        guard let service else { throw WebhookCallError("service \(name) not found") }
        let spec = service["spec"]
        guard let port = spec?.elements("ports").first(where: { $0.integer("port") == reference.port }) else {
            throw WebhookCallError("no service port \(reference.port) found for service \(name)")
        }
        let type = spec?.text("type") ?? ""
        guard ["", "ClusterIP", "NodePort", "LoadBalancer"].contains(type) else {
            throw WebhookCallError("unsupported service type \(GoText.quoted(type))")
        }
        guard let found = endpoint(port.text("name")) else {
            throw WebhookCallError("no endpoints available for service \(name)")
        }
        return WebhookAddress(host: found.host, port: found.port, serverName: reference.serverName)
    }

    private func endpoint(_ portName: String) -> (host: String, port: Int)? {
        for subset in endpoints?.elements("subsets") ?? [] {
            guard let host = subset.elements("addresses").first?.text("ip"), !host.isEmpty,
                let port = Self.port(named: portName, in: subset)
            else { continue }
            return (host, port)
        }
        return nil
    }

    private static func port(named name: String, in object: JSONValue) -> Int? {
        object.elements("ports").first { $0.text("name") == name }?.integer("port").flatMap { Int(exactly: $0) }
    }
}

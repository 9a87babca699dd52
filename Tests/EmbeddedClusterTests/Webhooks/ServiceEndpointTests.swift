// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Where a webhook's Service is served")
struct ServiceEndpointTests {
    static let reference = WebhookServiceReference(namespace: "n", name: "s", port: 443, path: "/x")

    static func service(_ port: Int = 443, name: String = "", type: String = "ClusterIP") -> JSONValue {
        ["spec": ["type": .string(type), "ports": [["name": .string(name), "port": .int(port)]]]]
    }

    static func endpoints(_ address: String? = "127.0.0.1", port: Int = 9443, name: String = "") -> JSONValue {
        let addresses: [JSONValue] = address.map { [["ip": .string($0)]] } ?? []
        return [
            "subsets": [
                ["addresses": [], "ports": [["port": 1]]],
                [
                    "addresses": .array(addresses),
                    "ports": [["name": "other", "port": 2], ["name": .string(name), "port": .int(port)]],
                ],
            ]
        ]
    }

    @Test(
        "the port of an endpoint that has the name of the Service's port",
        arguments: [
            (service(), endpoints(), "127.0.0.1:9443"),
            (service(name: "web"), endpoints(port: 8443, name: "web"), "127.0.0.1:8443"),
            (nil, endpoints(), "service \"s\" not found"),
            (service(80), endpoints(), "no service port 443 found for service \"s\""),
            (service(type: "ExternalName"), endpoints(), "unsupported service type \"ExternalName\""),
            (service(), nil, "no endpoints available for service \"s\""),
            (service(), endpoints(nil), "no endpoints available for service \"s\""),
            (service(name: "web"), endpoints(), "no endpoints available for service \"s\""),
        ] as [(JSONValue?, JSONValue?, String)]
    )
    func table(service: JSONValue?, endpoints: JSONValue?, expected: String) {
        do throws(WebhookCallError) {
            let address = try ServiceEndpoint(service: service, endpoints: endpoints).address(of: Self.reference)
            #expect("\(address.host):\(address.port)" == expected)
            #expect(address.serverName == "s.n.svc")
        } catch {
            #expect(error.description == expected)
        }
    }

    @Test(
        "the host and port of a URL",
        arguments: [
            ("https://a/x", "a", 443), ("https://a:8443", "a", 8443), ("https://[::1]:9443/x", "::1", 9443),
            ("https://[::1]", "::1", 443),
        ]
    )
    func urls(text: String, host: String, port: Int) {
        #expect(WebhookURL(text)?.host == host)
        #expect(WebhookURL(text)?.port == port)
    }

    @Test(
        "a URL without a usable host or port",
        arguments: ["https://a:0", "https://a:x", "https://:1", "http://a", "https://[::1]x"]
    )
    func unusable(text: String) { #expect(WebhookURL(text) == nil) }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

@Suite("Discovery lists what is served", .timeLimit(.minutes(1)))
struct DiscoveryTests {
    private let documents = DiscoveryDocuments(ResourceRegistry(builtIn: BuiltinResources.definitions()))

    @Test("versions are preferred by maturity")
    func versionOrder() {
        let sorted = ["v1beta1", "foo", "v1", "v2alpha1", "v10", "v2beta3", "bar"].sorted {
            KubernetesVersionOrder($1) < KubernetesVersionOrder($0)
        }
        #expect(sorted == ["v10", "v1", "v2beta3", "v1beta1", "v2alpha1", "bar", "foo"])
    }

    @Test("groups come in the order of a real server")
    func groupOrder() {
        let names = documents.groupList.elements("groups").map { $0.text("name") }
        let order = [
            "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "batch", "networking.k8s.io", "policy",
            "rbac.authorization.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io",
            "coordination.k8s.io",
        ]
        #expect(names == order)
    }

    @Test("resources are sorted, with their subresources behind them")
    func resources() throws {
        let list = try #require(documents.resourceList(group: "", version: "v1"))
        let names = list.elements("resources").map { $0.text("name") }
        #expect(names.contains("pods/log"))
        #expect(names == names.sorted())
        let namespaces = try #require(list.elements("resources").first { $0.text("name") == "namespaces" })
        #expect(namespaces["verbs"] == ["create", "delete", "get", "list", "patch", "update", "watch"])
        let eviction = try #require(list.elements("resources").first { $0.text("name") == "pods/eviction" })
        #expect(eviction["group"] == "policy")
        #expect(documents.resourceList(group: "", version: "v2") == nil)
        #expect(documents.group("nope") == nil)
    }

    @Test("the aggregated form says the same")
    func aggregated() {
        let items = documents.aggregated(isCore: false).elements("items")
        #expect(items.map { $0.at("metadata", "name")?.string } == documents.groupList.elements("groups").map { $0.text("name") })
        let core = documents.aggregated(isCore: true).elements("items")
        #expect(core.count == 1)
        #expect(core.first?["metadata"] == .object([:]))
        let pods = core.first?["versions"]?[0]?.elements("resources").first { $0.text("resource") == "pods" }
        #expect(pods?["scope"] == "Namespaced")
        #expect(pods?["responseKind"] == ["group": "", "version": "", "kind": "Pod"])
    }

    @Test(
        "the Accept header chooses the form",
        arguments: [
            (nil as String?, false), ("application/json", false), ("*/*", false),
            ("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json", true),
            ("application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json", false),
        ]
    )
    func form(_ accept: String?, _ isAggregated: Bool) throws {
        if case .aggregated = try DiscoveryForm(accept: accept) { #expect(isAggregated) } else { #expect(!isAggregated) }
    }

    @Test("a form that is not there is not acceptable")
    func unknownForm() {
        let error = #expect(throws: StatusError.self) {
            try DiscoveryForm(accept: "application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList")
        }
        #expect(error?.code == 406)
    }

    @Test("OpenAPI v2 says what to do instead; unknown paths are plain 404s")
    func unservedPaths() async throws {
        let cluster = try TestCluster()
        let old = try await cluster.send(.get, "/openapi/v2?timeout=32s")
        #expect(old.status == 404)
        #expect(old.body.text("message").contains("--validate=false"))
        let exchange = await cluster.exchange(.get, "/no-such-path")
        #expect(exchange.head.status.code == 404)
        #expect(exchange.head.headerFields[.contentType] == "text/plain; charset=utf-8")
    }

    @Test("health endpoints answer, one check by one and all together", arguments: ["healthz", "livez", "readyz"])
    func health(_ endpoint: String) async throws {
        let cluster = try TestCluster()
        let texts = ["/\(endpoint)": "ok", "/\(endpoint)/ping": "ok", "/\(endpoint)/nope": "404 page not found\n"]
        for (path, text) in texts {
            let exchange = await cluster.exchange(.get, path)
            #expect(String(decoding: try await exchange.body.collect(upTo: 1 << 10), as: UTF8.self) == text)
        }
        let verbose = await cluster.exchange(.get, "/\(endpoint)?verbose")
        let lines = String(decoding: try await verbose.body.collect(upTo: 1 << 10), as: UTF8.self)
        #expect(lines.hasSuffix("\n\(endpoint) check passed\n"))
    }

    @Test("the version is that of the API, and says who speaks it")
    func version() {
        let version = ServerVersion.current.document
        #expect(version.text("gitVersion").hasPrefix("v1.36.2+"))
        for (key, value) in version.object ?? JSONObject() { #expect(value.string?.isEmpty == false, "\(key)") }
    }
}

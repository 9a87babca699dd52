// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Logging
import Testing

@testable import KubernetesClient

@Suite("A kubeconfig that kubectl has made", TLSTools.needs("kubectl", package: "kubernetes-client"), .timeLimit(.minutes(1)))
struct KubectlConfigTests {
    private static let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

    @Test("leads this client and kubectl to the same object, by token and by credential plugin", arguments: Kubectl.all)
    func sameObject(kubectl: Kubectl) async throws {
        guard try kubectl.writesUsers() else { return }
        try await EmbeddedPeer.run { peer in
            let folder = try TemporaryFolder()
            let config = "\(folder.path)/config"
            func set(_ arguments: String...) throws { try kubectl.run(["config"] + arguments, kubeconfig: config, home: folder) }
            let authority = try folder.write(peer.authority, to: "ca.crt")
            let script = """
                echo '{"apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential", "status": {"token": "'$TOKEN'"}}'
                """
            let plugin = try folder.write(script, to: "get-token")
            try set(
                "set-cluster",
                "c",
                "--server=https://127.0.0.1:\(peer.port)",
                "--certificate-authority=\(authority)",
                "--embed-certs=true",
                "--tls-server-name=localhost"
            )
            try set("set-credentials", "plain", "--token=\(EmbeddedPeer.token)")
            try set("set-context", "plain", "--cluster=c", "--user=plain", "--namespace=work")
            try set("use-context", "plain")
            try set(
                "set-credentials",
                "plugin",
                "--exec-command=sh",
                "--exec-api-version=client.authentication.k8s.io/v1beta1",
                "--exec-arg=\(plugin)",
                "--exec-env=TOKEN=\(EmbeddedPeer.token)"
            )
            try set("set-context", "plugin", "--cluster=c", "--user=plugin", "--namespace=work")
            for context in ["plain", "plugin"] {
                let configuration = try ClientConfiguration.load(kubeconfig: config, context: context, environment: { _ in nil })
                #expect(configuration.defaultNamespace == "work")
                try await CurlTransport.run(configuration) { transport in
                    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                    let client = KubernetesClient(transport: transport, defaultNamespace: "work", logger: logger)
                    if context == "plain" { _ = try await client.create(Namespace(metadata: ObjectMeta(name: "work"))) }
                    let created = try await client.create(ConfigMap(metadata: ObjectMeta(name: context), data: ["k": "v"]))
                    let arguments = [
                        "--context", context, "get", "configmap", context, "-o", "jsonpath={.metadata.uid} {.data.k}",
                    ]
                    let shown = try kubectl.run(arguments, kubeconfig: config, home: folder)
                    #expect(shown == "\(created.metadata.uid ?? "-") v")
                }
            }
        }
    }

    @Test("is read as kubectl reads it, also when several are merged", arguments: Kubectl.all)
    func view(kubectl: Kubectl) throws {
        guard try kubectl.writesUsers() else { return }
        let folder = try TemporaryFolder()
        let files = ["one", "two"].map { "\(folder.path)/\($0)" }
        let certificate = try folder.write(Self.pem, to: "client.crt")
        func set(_ file: Int, _ arguments: String...) throws {
            try kubectl.run(["config"] + arguments, kubeconfig: files[file], home: folder)
        }
        try set(0, "set-cluster", "c", "--server=https://first.test:6443", "--tls-server-name=api.test")
        try set(0, "set-cluster", "c", "--certificate-authority=\(certificate)", "--embed-certs=true")
        try set(0, "set", "clusters.c.proxy-url", "http://proxy.test:3128")
        try set(0, "set-context", "x", "--cluster=c", "--user=u", "--namespace=work")
        try set(1, "set-cluster", "c", "--server=https://second.test:6443")
        try set(1, "set-cluster", "d", "--server=https://third.test", "--insecure-skip-tls-verify=true")
        try set(
            1,
            "set-credentials",
            "u",
            "--client-certificate=\(certificate)",
            "--client-key=\(certificate)",
            "--embed-certs=true"
        )
        try set(1, "set-context", "y", "--cluster=d", "--user=u")
        try set(1, "set", "current-context", "x")
        let list = files.joined(separator: ":")
        for context in [nil, "x", "y"] {
            let selection = context.map { ["--context", $0] } ?? []
            let text = try kubectl.run(
                selection + ["config", "view", "--raw", "--minify", "-o", "json"],
                kubeconfig: list,
                home: folder
            )
            let shown = try JSON.decode(JSONValue.self, from: Array(text.utf8))
            let cluster = try #require(shown["clusters"]?.array?.first?["cluster"])
            let user = try #require(shown["users"]?.array?.first?["user"])
            let ours = try ClientConfiguration.load(
                kubeconfig: nil,
                context: context,
                environment: { $0 == "KUBECONFIG" ? list : nil }
            )
            #expect(cluster["server"]?.string == ours.server.description)
            #expect(cluster["tls-server-name"]?.string == ours.tls.serverName)
            #expect(cluster["proxy-url"]?.string == ours.proxy)
            #expect((cluster["insecure-skip-tls-verify"] == true) == ours.tls.skipsVerification)
            #expect((cluster["certificate-authority-data"] != nil) == (ours.tls.certificateAuthority == Array(Self.pem.utf8)))
            #expect(user["client-certificate-data"] != nil && ours.tls.clientCertificate == Array(Self.pem.utf8))
            #expect(user["client-key-data"] != nil && ours.tls.clientKey == Array(Self.pem.utf8))
            let namespace = shown["contexts"]?.array?.first?["context"]?["namespace"]?.string
            #expect(namespace ?? "default" == ours.defaultNamespace)
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta
import Logging
import Testing

@testable import KubernetesClient

/// To the embedded server over TLS, through Debian's tinyproxy. The server's address is 0.0.0.0, which leads to this machine and does not
/// count as it: requests to this machine use no proxy.
@Suite("A client behind a proxy", TLSTools.needs("tinyproxy", package: "tinyproxy"), .timeLimit(.minutes(1)))
struct ProxyTests {
    /// Calls `body` with a client of `peer` that uses a proxy.
    private func withClient(
        of peer: EmbeddedPeer,
        proxy: String,
        _ body: (KubernetesClient) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try folder.write(peer.authority, to: "ca.crt")
        let kubeconfig = """
            current-context: x
            clusters:
            - name: c
              cluster:
                server: https://0.0.0.0:\(peer.port)
                tls-server-name: localhost
                certificate-authority: ca.crt
                proxy-url: \(proxy)
            users: [{name: u, user: {token: "\(EmbeddedPeer.token)"}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """
        let path = try folder.write(kubeconfig, to: "config")
        let configuration = try ClientConfiguration.load(kubeconfig: path, context: nil, environment: { _ in nil })
        try await CurlTransport.run(configuration) { transport in
            try await body(
                KubernetesClient(transport: transport, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            )
        }
    }

    private func problem(of peer: EmbeddedPeer, proxy: String) async throws -> ClientError {
        var problem: ClientError?
        try await withClient(of: peer, proxy: proxy) { client in
            problem = await #expect(throws: ClientError.self) { try await client.list(Namespace.self) }
        }
        let error = try #require(problem)
        #expect((error.underlying as? TransportError)?.code == .unreachable, "\(error)")
        #expect(!error.message.contains("secret") && !error.message.contains("other"), "\(error)")
        return error
    }

    @Test("reads, writes and watches through a tunnel, to which it gives name and password")
    func tunnel() async throws {
        try await EmbeddedPeer.run { peer in
            let proxy = try Tinyproxy(leadingTo: peer.port, credentials: "jane secret")
            try await withClient(of: peer, proxy: "http://jane:secret@127.0.0.1:\(proxy.port)") { client in
                let list = try await client.list(ConfigMap.self, namespace: "default")
                let options = WatchOptions(resourceVersion: list.metadata.resourceVersion)
                let watch = try await client.watch(ConfigMap.self, namespace: "default", options: options)
                let created = try await client.create(ConfigMap(metadata: ObjectMeta(name: "a"), data: ["k": "v"]))
                var events = watch.makeAsyncIterator()
                let first = try await events.next()
                #expect(first == .added(created))
            }
            let requests = try proxy.stop()
            #expect(Set(requests) == ["CONNECT 0.0.0.0:\(peer.port) HTTP/1.1"])
        }
    }

    @Test("names the proxy and what to do when it wants another password, without telling the one it has")
    func unauthorized() async throws {
        try await EmbeddedPeer.run { peer in
            let proxy = try Tinyproxy(leadingTo: peer.port, credentials: "jane secret")
            for credentials in ["jane:other@", ""] {
                let address = "127.0.0.1:\(proxy.port)"
                let error = try await problem(of: peer, proxy: "http://\(credentials)\(address)")
                let expected = "the proxy http://\(address) for https://0.0.0.0:\(peer.port) refuses"
                #expect(error.message.contains(expected), "\(error)")
                #expect(error.message.contains("user name and password in proxy-url"), "\(error)")
            }
        }
    }

    @Test("names the proxy when it leads to no such port, and when there is none at its address")
    func refused() async throws {
        try await EmbeddedPeer.run { peer in
            let proxy = try Tinyproxy(leadingTo: peer.port + 1, credentials: "jane secret")
            let address = "127.0.0.1:\(proxy.port)"
            let error = try await problem(of: peer, proxy: "http://jane:secret@\(address)")
            #expect(error.message.contains("the proxy http://\(address) for https://0.0.0.0:\(peer.port) refuses"), "\(error)")
            #expect(error.message.contains("403") && error.message.contains("proxy-url"), "\(error)")
            _ = try proxy.stop()
            let nobody = try await problem(of: peer, proxy: "http://jane:secret@\(address)")
            #expect(nobody.message.contains("cannot connect to the proxy http://\(address) for https://0.0.0.0"), "\(nobody)")
        }
    }
}

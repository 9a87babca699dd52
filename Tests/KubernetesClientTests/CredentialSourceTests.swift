// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta
import Testing

@testable import KubernetesClient

@Suite("The credentials of a request", .timeLimit(.minutes(1)))
struct CredentialSourceTests {
    private let start = ContinuousClock.now
    private let runs = Locked(0)

    /// A plugin whose token is another one with each run, and whose certificate is always the same.
    private func source(_ configure: (inout ClientConfiguration) -> Void = { _ in }) throws -> CredentialSource {
        var configuration = ClientConfiguration(server: try ServerURL("https://h"))
        configuration.tls.certificateAuthority = Array("authority".utf8)
        configure(&configuration)
        let plugin = ExecCredentialSource(plugin: ExecCredentialPlugin(command: "x")) { [runs] () throws(ExecCredentialError) in
            let number = runs.withLock { runs in
                runs += 1
                return runs
            }
            let pair = #""clientCertificateData":"-----BEGIN A","clientKeyData":"-----BEGIN B""#
            let version = "client.authentication.k8s.io/v1"
            return Array(#"{"apiVersion":"\#(version)","kind":"ExecCredential","status":{"token":"t\#(number)",\#(pair)}}"#.utf8)
        }
        return CredentialSource(configuration: configuration, plugin: plugin)
    }

    @Test("join the plugin's certificate with the configuration's authority, and keep connections as long as it is the same")
    func joined() async throws {
        let source = try source()
        let first = try await source.current(now: start, until: nil)
        #expect(first.token == "t1")
        #expect(
            first.tls.parts
                == TLSMaterial.Parts(
                    certificateAuthority: Array("authority".utf8),
                    clientCertificate: Array("-----BEGIN A".utf8),
                    clientKey: Array("-----BEGIN B".utf8)
                )
        )
        let renewed = try #require(try await source.renewed(after: first, now: start, until: nil))
        #expect(renewed.token == "t2")
        #expect(renewed.tls === first.tls)
        #expect(source.reloaded(after: renewed, now: start) == nil)
        let second = try await source.current(now: start, until: nil)
        #expect(second.token == "t2")
        #expect(second.tls === first.tls)
    }

    @Test("are the configuration's own where it has some")
    func own() async throws {
        let source = try source { configuration in
            configuration.token = .value("own")
            configuration.tls.clientCertificate = Array("certificate".utf8)
            configuration.tls.clientKey = Array("key".utf8)
        }
        let credentials = try await source.current(now: start, until: nil)
        #expect(credentials.token == "own")
        #expect(credentials.tls.parts.clientCertificate == Array("certificate".utf8))
        #expect(credentials.tls.parts.clientKey == Array("key".utf8))
        #expect(try await source.renewed(after: credentials, now: start, until: nil) == nil)
    }

    @Test("run no plugin where the configuration has a token or a certificate, which may be all that works")
    func ownAlone() async throws {
        let withToken = try await source { $0.token = .value("own") }.current(now: start, until: nil)
        #expect(withToken.token == "own" && withToken.tls.parts.clientCertificate == nil)
        let withCertificate = try await source {
            $0.tls.clientCertificate = Array("certificate".utf8)
            $0.tls.clientKey = Array("key".utf8)
        }.current(now: start, until: nil)
        #expect(withCertificate.token == nil && withCertificate.tls.parts.clientKey == Array("key".utf8))
        #expect(runs.withLock { $0 } == 0)
    }
}

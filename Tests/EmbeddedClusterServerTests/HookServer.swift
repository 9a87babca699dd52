// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPSServing
import HTTPTypes
import HummingbirdCore
import HummingbirdHTTP2
import KubernetesClient
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import SwiftASN1
import X509

@testable import EmbeddedClusterServer

/// An HTTPS server on loopback that answers every request by a function.
struct HookServer: Sendable {
    struct Request: Sendable {
        var head: HTTPRequest
        var body: [UInt8]
    }

    struct Answer: Sendable {
        var status = 200
        var type = "application/json"
        var body: [UInt8]
    }

    let port: Int
    /// The authority behind its certificate, PEM.
    let authority: [UInt8]

    /// Runs a server around `body`.
    ///
    /// - Parameter names: Whom its certificate is for.
    static func run<Result: Sendable>(
        names: ServerNames = .loopback,
        answer: @escaping @Sendable (Request) async throws -> Answer,
        _ body: @escaping @Sendable (HookServer) async throws -> Result
    ) async throws -> Result {
        let authority = try CertificateAuthority(name: "hooks", now: .now)
        let (certificate, key) = try authority.issue(name: "hook", hosts: names, lifetime: 3600, now: .now)
        let tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [
                .certificate(try NIOSSLCertificate(bytes: Array(certificate.serializeAsPEM().pemString.utf8), format: .pem))
            ],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.serializeAsPEM().pemString.utf8), format: .pem))
        )
        let logger = Logger(label: "hook", factory: { _ in SwiftLogNoOpLogHandler() })
        let (ports, started) = AsyncStream<Int>.makeStream()
        let server = try HTTPServerBuilder { responder in
            try HTTP2UpgradeChannel(tlsConfiguration: tls, responder: responder)
        }.buildServer(
            configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            responder: { request, writer, _ in
                var request = request
                var bytes: [UInt8] = []
                if case .body(let all) = try await RequestBodyReader.read(&request, limit: 8 << 20) { bytes = all }
                let answer = try await answer(Request(head: request.head, body: bytes))
                var head = HTTPResponse(status: HTTPResponse.Status(code: answer.status))
                head.headerFields[.contentType] = answer.type
                head.headerFields[.contentLength] = String(answer.body.count)
                try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
            },
            onServerRunning: { channel in started.yield(channel.localAddress?.port ?? 0) }
        )
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { started.finish() }
                try await group.run()
            }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw ServerError(.listen, "the hook did not start") }
            let pem = try authority.certificate.serializeAsPEM().pemString
            let result = try await body(HookServer(port: port, authority: Array(pem.utf8)))
            await group.triggerGracefulShutdown()
            try await tasks.next()
            return result
        }
    }
}

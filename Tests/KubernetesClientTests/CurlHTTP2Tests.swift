// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("The transport over HTTP/2", TLSTools.condition, .timeLimit(.minutes(1)))
struct CurlHTTP2Tests {
    private static let certificates = Result { try TestCertificates() }

    private func withTransport(_ body: (CurlTransport) async throws -> Void) async throws {
        let certificates = try Self.certificates.get()
        let server = try HTTP2Server(certificates)
        var configuration = ClientConfiguration(server: try ServerURL("https://127.0.0.1:\(server.port)"))
        configuration.tls.certificateAuthority = try certificates.pem("ca.crt")
        try await CurlTransport.run(configuration, body)
        withExtendedLifetime(server) {}
    }

    private func post(
        _ what: String,
        _ transport: CurlTransport,
        _ options: RequestOptions = RequestOptions(timeout: nil)
    ) async throws(TransportError) -> HTTPExchange {
        try await transport.send(
            HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"),
            body: Array(what.utf8),
            options: options
        )
    }

    @Test("requests and watches share one connection, from the first burst on")
    func multiplexing() async throws {
        try await withTransport { transport in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<60 { group.addTask { try await transport.text("/") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(texts) == ["connection 1, 0 open, 0 reset"])
            var streams: [HTTPExchange] = []
            for _ in 0..<10 {
                let stream = try await post("open", transport)
                #expect(stream.head.status == .ok)
                #expect(try await stream.body.next() == Array("hello".utf8))
                streams.append(stream)
            }
            let text = try await transport.text("/")
            #expect(text == "connection 1, 10 open, 0 reset")
            withExtendedLifetime(streams) {}
        }
    }

    @Test("dropping a stream resets it and leaves the connection alone")
    func reset() async throws {
        try await withTransport { transport in
            let kept = try await post("open", transport)
            do {
                let dropped = try await post("open", transport)
                #expect(try await dropped.body.next() == Array("hello".utf8))
            }
            let text = try await transport.text("/")
            #expect(text == "connection 1, 1 open, 1 reset")
            #expect(try await kept.body.next() == Array("hello".utf8))
        }
    }

    @Test("a stream that overflows ends alone")
    func overflow() async throws {
        try await withTransport { transport in
            let kept = try await post("open", transport)
            let flood = try await post("flood", transport, RequestOptions(timeout: nil, maximumBodyBytes: 100_000))
            // The answer to this comes behind the flood, so all of that has been received when it is here.
            let text = try await transport.text("/")
            #expect(text.hasPrefix("connection 1, 1 open"))
            var count = 0
            let error = try await failure { () throws(TransportError) in
                while let chunk = try await flood.body.next() { count += chunk.count }
            }
            #expect(error.code == .tooLarge)
            #expect(count <= 100_000)
            #expect(try await kept.body.next() == Array("hello".utf8))
        }
    }

    @Test("a request without an answer times out, and the next one is answered")
    func hanging() async throws {
        try await withTransport { transport in
            let error = try await failure { () throws(TransportError) in
                try await post("hang", transport, RequestOptions(timeout: .milliseconds(50)))
            }
            #expect(error.code == .timedOut)
            let text = try await transport.text("/")
            #expect(text.hasPrefix("connection "))
        }
    }

    @Test("when the connection breaks all its streams end with closed, and the next request makes a new one")
    func broken() async throws {
        try await withTransport { transport in
            let stream = try await post("open", transport)
            #expect(try await stream.body.next() == Array("hello".utf8))
            let error = try await failure { () throws(TransportError) in try await post("close", transport) }
            #expect(error.code == .closed, "\(error.code): \(error.message)")
            let end = try await failure { () throws(TransportError) in try await stream.body.next() }
            #expect(end.code == .closed, "\(end.code): \(end.message)")
            let text = try await transport.text("/")
            #expect(text == "connection 2, 0 open, 0 reset")
        }
    }
}

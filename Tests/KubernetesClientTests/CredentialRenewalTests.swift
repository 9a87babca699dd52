// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("A token that the server refuses", .timeLimit(.minutes(1)))
struct CredentialRenewalTests {
    /// A server that takes one token, and the requests that it saw as method and token.
    private final class Peer: Sendable {
        let seen = Locked<[String]>([])
        let accepted: String

        init(accepting token: String) { accepted = "Bearer \(token)" }

        var handler: @Sendable (TestConnection) -> Void {
            { [self] connection in
                while let request = connection.readRequest() {
                    let token = request.fields["authorization"] ?? "none"
                    seen.withLock { $0.append(token) }
                    connection.answer("body", status: token == accepted ? "200 OK" : "401 Unauthorized")
                }
            }
        }
    }

    @Test("is read again from its file, and the request sent once more", arguments: RequestOptions.Lane.allCases)
    func renewed(lane: RequestOptions.Lane) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("old", to: "token")
        let peer = Peer(accepting: "new")
        try await withServer(peer.handler, configure: { $0.token = .file(path: path) }) { transport, _ in
            let refused = try await transport.get("/", RequestOptions(lane: lane))
            #expect(refused.head.status == .unauthorized)
            #expect(try await refused.text == "body")
            try folder.write("new", to: "token")
            let answer = try await transport.get("/", RequestOptions(lane: lane))
            #expect(answer.head.status == .ok)
            #expect(peer.seen.withLock { $0 } == ["Bearer old", "Bearer old", "Bearer new"])
        }
    }

    @Test("and whose successor is refused too is not tried a third time")
    func refusedTwice() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("old", to: "token")
        let peer = Peer(accepting: "another")
        try await withServer(peer.handler, configure: { $0.token = .file(path: path) }) { transport, _ in
            _ = try await transport.text("/")
            try folder.write("new", to: "token")
            let answer = try await transport.get("/")
            #expect(answer.head.status == .unauthorized)
            #expect(peer.seen.withLock { $0 } == ["Bearer old", "Bearer old", "Bearer new"])
        }
    }

    @Test("and is not from a file is not sent again")
    func fixed() async throws {
        let peer = Peer(accepting: "another")
        try await withServer(peer.handler, configure: { $0.token = .value("old") }) { transport, _ in
            let answer = try await transport.get("/")
            #expect(answer.head.status == .unauthorized)
            #expect(peer.seen.withLock { $0 } == ["Bearer old"])
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("A client that acts as somebody", .timeLimit(.minutes(1)))
struct ImpersonationTests {
    private static let jane = Impersonation(
        user: "jane@example.com",
        uid: "42",
        groups: ["dev", "", "ops team"],
        extra: ["example.com/scopes": ["view", ""], "a": ["1"]]
    )

    @Test("says so in its requests, with every group and every value")
    func fields() async throws {
        let lines = Locked<[String]>([])
        let handler: @Sendable (TestConnection) -> Void = { connection in
            while let head = connection.readHead() {
                lines.withLock { $0 = head.filter { $0.lowercased().hasPrefix("impersonate-") } }
                connection.answer("ok")
            }
        }
        try await withServer(handler, configure: { $0.impersonation = Self.jane }) { transport, _ in
            _ = try await transport.text("/")
            #expect(
                lines.withLock { $0 } == [
                    "Impersonate-User: jane@example.com", "Impersonate-Uid: 42", "Impersonate-Group: dev", "Impersonate-Group:",
                    "Impersonate-Group: ops team", "Impersonate-Extra-a: 1", "Impersonate-Extra-example.com%2Fscopes: view",
                    "Impersonate-Extra-example.com%2Fscopes:",
                ]
            )
            var head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
            head.headerFields[HTTPField.Name("Impersonate-User")!] = "joe"
            _ = try await transport.send(head, body: [], options: RequestOptions()).text
            #expect(lines.withLock { $0 } == ["impersonate-user: joe"])
        }
    }

    @Test("sends nothing when a name could forge a line", arguments: ["a\nb", "a\r\nAuthorization: x", "a\u{0}b"])
    func forged(name: String) async throws {
        let impersonation = Impersonation(user: "u", groups: [name])
        try await withServer({ _ in }, configure: { $0.impersonation = impersonation }) { transport, server in
            let error = try await failure { () throws(TransportError) in try await transport.get("/") }
            #expect(error.code == .credentials)
            #expect(server.accepted == 0)
        }
    }
}

extension TestConnection {
    /// The lines of a head without a body; nil when the client has closed.
    fileprivate func readHead() -> [String]? {
        var text = ""
        while !text.hasSuffix("\r\n\r\n") {
            guard let byte = read(1) else { return nil }
            text.unicodeScalars.append(Unicode.Scalar(byte[0]))
        }
        return text.split(separator: "\r\n").map { line in line.last == " " ? String(line.dropLast()) : String(line) }
    }
}

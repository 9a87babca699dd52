// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import KubernetesJSON
import Testing

@testable import EmbeddedClusterServer

@Suite("Tokens of service accounts")
struct TokenKeyTests {
    @Test("are known by the key that signed them, which outlives the process, and by no other")
    func signature() throws {
        let (first, second) = (try TemporaryDirectory(), try TemporaryDirectory())
        let claims: JSONValue = ["sub": "system:serviceaccount:n:a"]
        let token = try TokenKey.load(in: first.privateDirectory()).token(with: claims)
        let again = try TokenKey.load(in: first.privateDirectory())
        #expect(again.claims(of: token) == claims)
        #expect(try TokenKey.load(in: second.privateDirectory()).claims(of: token) == nil)
        var parts = token.split(separator: ".").map(String.init)
        parts[1] = Base64URL.encoded(Array(#"{"sub":"system:serviceaccount:n:b"}"#.utf8))
        #expect(again.claims(of: parts.joined(separator: ".")) == nil)
        for garbage in ["", ".", "..", "a.b.c", token + ".", String(token.dropLast(2))] {
            #expect(again.claims(of: garbage) == nil)
        }
    }

    @Test("need a key of the right size")
    func brokenKey() throws {
        let directory = try TemporaryDirectory()
        try directory.privateDirectory().write("service-account-key", [1, 2, 3])
        let error = #expect(throws: ServerError.self) { try TokenKey.load(in: directory.privateDirectory()) }
        #expect(error?.message.contains("service-account-key") == true)
    }
}

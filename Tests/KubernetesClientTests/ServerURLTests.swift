// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubernetesClient

@Suite("The address of a server")
struct ServerURLTests {
    @Test(
        "is taken apart and written again",
        arguments: [
            ("https://10.0.0.1:6443", "10.0.0.1", 6443, "", "https://10.0.0.1:6443"),
            ("https://example.com", "example.com", 443, "", "https://example.com"),
            ("HTTPS://example.com/", "example.com", 443, "", "https://example.com"),
            ("http://localhost:80/", "localhost", 80, "", "http://localhost"),
            ("https://[::1]:6443", "::1", 6443, "", "https://[::1]:6443"),
            (
                "https://gate.example/k8s/clusters/a//", "gate.example", 443, "/k8s/clusters/a",
                "https://gate.example/k8s/clusters/a"
            ),
        ]
    )
    func valid(text: String, host: String, port: Int, prefix: String, description: String) throws {
        let url = try ServerURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.prefix == prefix)
        #expect(url.description == description)
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "localhost:8080", "ftp://a", "https://", "https://:443", "https://a:0", "https://a:65536", "https://a:b",
            "https://a b",
            "https://a/b?c", "https://a#b", "https://[::1", "https://[abc]", "https://[::1]x", "https://a\n", "https://a/\u{1b}",
            "https://ä",
        ]
    )
    func invalid(text: String) {
        #expect(throws: ServerURL.ParseError.self) { try ServerURL(text) }
    }

    @Test("a password in it is refused and not repeated")
    func password() throws {
        let error = try #require(#expect(throws: ServerURL.ParseError.self) { try ServerURL("https://user:secret@host") })
        #expect(!error.description.contains("secret"))
    }

    @Test(
        "is known to be this machine's",
        arguments: [
            ("http://127.0.0.1", true), ("http://127.9.8.7", true), ("http://localhost", true), ("http://A.LocalHost", true),
            ("http://[::1]", true), ("http://127.0.0.1.example.com", false), ("http://128.0.0.1", false),
            ("http://localhost.example", false),
        ]
    )
    func loopback(text: String, expected: Bool) throws {
        #expect(try ServerURL(text).isLoopback == expected)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("What requests are made of")
struct ParsingTests {
    @Test(
        "paths name resources",
        arguments: [
            ("/api/v1/pods", "|v1||pods||"), ("/api/v1/namespaces/a/pods/b/log", "|v1|a|pods|b|log"),
            ("/api/v1/namespaces/a", "|v1||namespaces|a|"), ("/api/v1/namespaces/a/status", "|v1||namespaces|a|status"),
            ("/api/v1/namespaces/a/status/b", "|v1|a|status|b|"), ("/apis/g.io/v2/things/x", "g.io|v2||things|x|"),
            ("/apis/g.io/v2/namespaces/n/things/a%2Fb", "g.io|v2|n|things|a/b|"),
        ]
    )
    func paths(_ path: String, _ expected: String) throws {
        let parsed = try #require(ResourcePath(path[...]))
        let parts = [parsed.group, parsed.version, parsed.namespace, parsed.resource, parsed.name, parsed.subresource]
        #expect(parts.map { $0 ?? "" }.joined(separator: "|") == expected)
    }

    @Test(
        "paths that name no resource",
        arguments: ["/", "/api", "/api/v1", "/apis/g/v1", "/healthz", "/api/v1/a/b/c/d", "/api/v1/%zz"]
    )
    func otherPaths(_ path: String) {
        #expect(ResourcePath(path[...]) == nil)
    }

    @Test("a continue token survives its way through the client")
    func continueToken() throws {
        for start in ["a\0", "ns/name\0", "é"] {
            let token = ContinueToken(revision: 123, start: start)
            #expect(try ContinueToken(parsing: token.text) == token)
        }
    }

    @Test("base 64 round trip for every length", arguments: 0...7)
    func base64(_ count: Int) throws {
        let bytes = (0..<count).map { UInt8($0 * 37 & 0xFF) }
        #expect(try Base64URL.decoded(Base64URL.encoded(bytes)).get() == bytes)
    }

    @Test(
        "label selectors choose by all their requirements",
        arguments: [
            ("a=1", true), ("a==1,b", true), ("a!=1", false), ("c!=1", true), ("a in (0,1)", true), ("a notin (0,1)", false),
            ("!c", true),
            ("b=", true), ("n>4", true), ("n<5", false), ("in", false), ("a in (1),!b", false), ("", true),
        ]
    )
    func labels(_ text: String, _ expected: Bool) throws {
        let selection = try LabelSelection(text)
        #expect(selection.matches(["a": "1", "b": "", "n": "5"]) == expected)
    }

    @Test(
        "label selectors that make no sense are refused",
        arguments: ["a=b=c", "a in", "a in (", "a in (b", "=a", ",a", "a,,b", "a b", "!", "a>x"]
    )
    func badLabels(_ text: String) {
        #expect(throws: StatusError.self) { try LabelSelection(text) }
    }

    @Test(
        "broken JSON is explained in Go's words",
        arguments: [
            ("", "unexpected end of JSON input"), ("{", "unexpected end of JSON input"),
            ("hello", "invalid character 'h' looking for beginning of value"),
            ("{} x", "invalid character 'x' after top-level value"),
            ("{a", "invalid character 'a' looking for beginning of object key string"),
            (#"{"a" 1}"#, "invalid character '1' after object key"),
            (#"{"a":1 2}"#, "invalid character '2' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"), ("tru", "unexpected end of JSON input"),
            ("trux", "invalid character 'x' in literal true (expecting 'e')"),
            ("01", "invalid character '1' after top-level value"),
        ]
    )
    func goWords(_ text: String, _ expected: String) {
        #expect(GoJSONSyntax.message(for: Array(text.utf8)) == expected)
    }

    @Test("generated names keep to 63 characters and the safe alphabet")
    func names() {
        let generator = NameGenerator { count in (0..<count).map { UInt8($0 * 11 & 0xFF) } }
        let name = generator.name(prefix: String(repeating: "x", count: 80))
        #expect(name.utf8.count == 63)
        #expect(generator.uid().utf8.count == 36)
        #expect(generator.uid().split(separator: "-")[2].first == "4")
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("The patch of a mutating webhook")
struct WebhookPatchTests {
    static let object: JSONValue = ["metadata": ["name": "a"], "list": [1]]

    static func failure(_ operation: JSONValue) throws -> String? {
        let patch = try WebhookPatch(JSONValue.array([operation]).serialized())
        do throws(StatusError) {
            _ = try patch.apply(to: object)
            return nil
        } catch {
            #expect(error.code == 500)
            return error.message
        }
    }

    @Test(
        "what cannot be applied is told in full",
        arguments: [
            (
                ["op": "add", "path": "/a/b", "value": 1],
                "add operation does not apply: doc is missing path: \"/a/b\": missing value"
            ),
            (
                ["op": "add", "path": "/list/7", "value": 1],
                "error in add for path: '/list/7': Unable to access invalid index: 7: invalid index referenced"
            ),
            (["op": "remove", "path": "/a/b"], "remove operation does not apply: doc is missing path: \"/a/b\": missing value"),
            (
                ["op": "remove", "path": "/metadata/x"],
                "error in remove for path: '/metadata/x': Unable to remove nonexistent key: x: missing value"
            ),
            (["op": "test", "path": "/list/0", "value": 2], "testing value /list/0 failed: test failed"),
            (["op": "test", "path": "/metadata/name", "value": "b"], "testing value /metadata/name failed: test failed"),
            (
                ["op": "test", "path": "/a/b", "value": "b"],
                "test operation does not apply: is missing path: /a/b: missing value"
            ),
            (
                ["op": "copy", "from": "/a/b", "path": "/c"],
                "copy operation does not apply: doc is missing from path: /a/b: missing value"
            ),
            (["op": "frob", "path": "/a"], "Unexpected kind: frob"),
        ] as [(JSONValue, String)]
    )
    func inapplicable(operation: JSONValue, text: String) throws {
        #expect(try Self.failure(operation) == "Internal error occurred: " + text)
    }

    @Test("a patch of another shape is no patch")
    func undecodable() {
        for (text, kind) in [
            ("{}", "object into Go value of type jsonpatch.Patch"), ("[1]", "number into Go value of type jsonpatch.Operation"),
        ] {
            #expect(throws: WebhookFailure("received undecodable patch in webhook response: json: cannot unmarshal " + kind)) {
                try WebhookPatch(Array(text.utf8))
            }
        }
    }

    @Test("copies cannot make an object grow without bound")
    func copies() throws {
        let long = String(repeating: "x", count: 1 << 20)
        let operations: [JSONValue] = (0..<8).map { ["op": "copy", "from": "/metadata", "path": .string("/metadata/m\($0)")] }
        let patch = try WebhookPatch(JSONValue.array(operations).serialized())
        #expect {
            try patch.apply(to: ["metadata": ["name": .string(long)]])
        } throws: { (($0 as? StatusError)?.code ?? 0) == 413 }
    }
}

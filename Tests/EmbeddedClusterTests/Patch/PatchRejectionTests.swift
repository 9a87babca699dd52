// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A patch that breaks an object")
struct PatchRejectionTests {
    private static let strategy = BuiltinStrategy(
        definition: "io.k8s.api.core.v1.Pod",
        version: "v1",
        kind: "Pod",
        hasStatus: true,
        hasGeneration: true,
        rules: PlainRules()
    )
    private static let pods = ResourceDefinition(group: "", version: "v1", kind: "Pod", plural: "pods", strategy: strategy)

    private func message(_ type: PatchType, _ patch: String, patched: JSONValue, _ reason: String) throws -> String {
        let request = try PatchRequest(type: type, body: Array(patch.utf8), strategy: Self.strategy)
        let error = PatchRejection(patch: request, patched: patched, definition: Self.pods).error(.badRequest(reason))
        #expect(error.code == 422)
        return error.details?["causes"]?[0]?["message"]?.string ?? ""
    }

    @Test("is shown as what became of the object, in Go's order, with the reason alone")
    func merge() throws {
        let patched: JSONValue = [
            "metadata": ["labels": ["b": "1", "a": "2"], "uid": "u", "name": "p"], "kind": "Pod", "apiVersion": "v1", "zzz": 1,
        ]
        let reason = #"Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "zzz""#
        let shown = #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","uid":"u","labels":{"a":"2","b":"1"}},"zzz":1}"#
        #expect(
            try message(.merge, #"{"zzz":1}"#, patched: patched, reason)
                == "Invalid value: \(GoText.quoted(shown)): strict decoding error: unknown field \"zzz\""
        )
    }

    @Test(
        "by strategic merge is shown as the patch, in the words of Go's converter",
        arguments: [
            ("string into Go struct field PodSpec.spec.containers of type []v1.Container", "cannot restore slice from string"),
            ("array into Go struct field ObjectMeta.metadata.annotations of type string", "unrecognized type: string"),
            ("array into Go struct field ObjectMeta.metadata.labels of type map[string]string", "cannot restore map from slice"),
        ]
    )
    func strategic(mismatch: String, words: String) throws {
        let reason = "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal " + mismatch
        #expect(
            try message(.strategicMerge, #"{"spec":{"b":1,"a":["x","y"]}}"#, patched: ["kind": "Pod"], reason)
                == #"Invalid value: "map[spec:map[a:[x y] b:1]]": \#(words)"#
        )
    }

    @Test("before it is read is refused with Go's words, which differ by format")
    func unreadable() {
        #expect(throws: StatusError.badRequest("error decoding patch: unexpected end of JSON input")) {
            try PatchRequest(type: .merge, body: Array("{".utf8), strategy: Self.strategy)
        }
        #expect(throws: StatusError.badRequest("unexpected end of JSON input")) {
            try PatchRequest(type: .strategicMerge, body: Array("{".utf8), strategy: Self.strategy)
        }
    }
}

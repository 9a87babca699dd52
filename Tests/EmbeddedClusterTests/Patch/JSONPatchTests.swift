// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("A JSON patch")
struct JSONPatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let patch: String
        let before: String
        /// Nil: the patch cannot be applied.
        let after: String?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "adds a member",
            patch: #"[{"op":"add","path":"/b","value":2}]"#,
            before: #"{"a":1}"#,
            after: #"{"a":1,"b":2}"#
        ),
        Case(
            name: "adds below a member",
            patch: #"[{"op":"add","path":"/a/c","value":2}]"#,
            before: #"{"a":{"b":1}}"#,
            after: #"{"a":{"b":1,"c":2}}"#
        ),
        Case(
            name: "does not add below a missing member",
            patch: #"[{"op":"add","path":"/x/c","value":2}]"#,
            before: "{}",
            after: nil
        ),
        Case(
            name: "inserts into a list",
            patch: #"[{"op":"add","path":"/l/1","value":9}]"#,
            before: #"{"l":[1,2]}"#,
            after: #"{"l":[1,9,2]}"#
        ),
        Case(
            name: "appends to a list",
            patch: #"[{"op":"add","path":"/l/-","value":9}]"#,
            before: #"{"l":[1,2]}"#,
            after: #"{"l":[1,2,9]}"#
        ),
        Case(
            name: "does not add past the end",
            patch: #"[{"op":"add","path":"/l/3","value":9}]"#,
            before: #"{"l":[1,2]}"#,
            after: nil
        ),
        Case(name: "does not append to nothing", patch: #"[{"op":"add","path":"/l/-","value":9}]"#, before: "{}", after: nil),
        Case(name: "removes a member", patch: #"[{"op":"remove","path":"/a"}]"#, before: #"{"a":1,"b":2}"#, after: #"{"b":2}"#),
        Case(name: "does not remove a missing member", patch: #"[{"op":"remove","path":"/x"}]"#, before: "{}", after: nil),
        Case(
            name: "counts negative indices from the end",
            patch: #"[{"op":"remove","path":"/l/-1"}]"#,
            before: #"{"l":[1,2]}"#,
            after: #"{"l":[1]}"#
        ),
        Case(
            name: "replaces a missing member",
            patch: #"[{"op":"replace","path":"/x","value":1}]"#,
            before: "{}",
            after: #"{"x":1}"#
        ),
        Case(
            name: "does not replace past the end",
            patch: #"[{"op":"replace","path":"/l/2","value":1}]"#,
            before: #"{"l":[1,2]}"#,
            after: nil
        ),
        Case(
            name: "goes on after a test that holds",
            patch: #"[{"op":"test","path":"/a","value":1},{"op":"remove","path":"/a"}]"#,
            before: #"{"a":1}"#,
            after: "{}"
        ),
        Case(
            name: "has no effect when a later test fails",
            patch: #"[{"op":"remove","path":"/a"},{"op":"test","path":"/b","value":3}]"#,
            before: #"{"a":1,"b":2}"#,
            after: nil
        ),
        Case(name: "finds null where nothing is", patch: #"[{"op":"test","path":"/x","value":null}]"#, before: "{}", after: "{}"),
        Case(name: "finds nothing else there", patch: #"[{"op":"test","path":"/x","value":"y"}]"#, before: "{}", after: nil),
        Case(name: "moves", patch: #"[{"op":"move","from":"/a","path":"/b"}]"#, before: #"{"a":1}"#, after: #"{"b":1}"#),
        Case(
            name: "copies",
            patch: #"[{"op":"copy","from":"/a","path":"/b"}]"#,
            before: #"{"a":[1]}"#,
            after: #"{"a":[1],"b":[1]}"#
        ),
        Case(
            name: "does not move what is not there",
            patch: #"[{"op":"move","from":"/x","path":"/b"}]"#,
            before: "{}",
            after: nil
        ),
        Case(
            name: "knows the escapes of paths",
            patch: #"[{"op":"replace","path":"/a~1b~0c~01","value":2}]"#,
            before: #"{"a/b~c~1":1}"#,
            after: #"{"a/b~c~1":2}"#
        ),
        Case(
            name: "ignores what stands before the slash",
            patch: #"[{"op":"add","path":"data/x","value":1}]"#,
            before: "{}",
            after: #"{"x":1}"#
        ),
        Case(name: "needs a path", patch: #"[{"op":"add","value":1}]"#, before: "{}", after: nil),
        Case(
            name: "does not replace the whole document",
            patch: #"[{"op":"replace","path":"","value":1}]"#,
            before: "{}",
            after: nil
        ),
        Case(name: "needs an operation that exists", patch: #"[{"op":"frobnicate","path":"/x"}]"#, before: "{}", after: nil),
        Case(name: "may be empty", patch: "[]", before: #"{"a":1}"#, after: #"{"a":1}"#),
    ]

    @Test("applies as kube-apiserver applies it", arguments: cases)
    func apply(_ test: Case) throws {
        let patch = try JSONValue(parsing: test.patch)
        let before = try JSONValue(parsing: test.before)
        guard let after = test.after else {
            #expect(throws: StatusError.inapplicablePatch) { try JSONPatch.apply(patch, to: before) }
            return
        }
        #expect(try JSONPatch.apply(patch, to: before) == JSONValue(parsing: after))
    }

    @Test("that is no list is refused with Go's words")
    func noList() throws {
        let error = StatusError.badRequest(
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
        )
        #expect(throws: error) { try JSONPatch(["op": "add"]) }
    }

    @Test("may hold ten thousand operations and no more")
    func operationLimit() throws {
        let operation: JSONValue = ["op": "test", "path": "/a", "value": 1]
        let allowed = JSONValue.array(Array(repeating: operation, count: JSONPatch.operationLimit))
        #expect(try JSONPatch.apply(allowed, to: ["a": 1]) == ["a": 1])
        let tooMany = JSONValue.array(Array(repeating: operation, count: JSONPatch.operationLimit + 1))
        #expect {
            try JSONPatch(tooMany)
        } throws: { error in
            let error = error as? StatusError
            return error?.code == 413
                && error?.message
                    == "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001"
        }
    }

    @Test("cannot double a document until memory is gone")
    func copyLimit() throws {
        let operation: JSONValue = ["op": "copy", "from": "/a", "path": "/a/-"]
        let patch = JSONValue.array(Array(repeating: operation, count: 40))
        #expect {
            try JSONPatch.apply(patch, to: ["a": [.string(String(repeating: "x", count: 1000))]])
        } throws: { error in
            (error as? StatusError)?.code == 413
        }
    }

    @Test("names members of operations that mean nothing")
    func unknownMembers() throws {
        let patch = try JSONPatch([["op": "add", "path": "/a", "value": 1, "foo": "bar"]])
        #expect(patch.unknownFields == [#"json patch unknown field "[0].foo""#])
    }
}

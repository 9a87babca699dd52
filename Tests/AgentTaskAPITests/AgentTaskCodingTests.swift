// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import AgentTaskAPI

@Suite("Reading and writing an AgentTask")
struct AgentTaskCodingTests {
    /// YAML of the form that the Go operator accepted, as JSON, with a field that this version does not know.
    private static let document = """
        {"apiVersion":"execution.agenttask.io/v1alpha1","kind":"AgentTask","metadata":{"name":"a","namespace":"default"},\
        "spec":{"runtimeProfile":"python3.11","code":{"configMapRef":{"name":"c","key":"k","optional":true}},"timeoutSeconds":300,\
        "resources":{"limits":{"cpu":"500m","memory":"128Mi"}},"ttlSecondsAfterFinished":600,"tenant":"blue","backend":"auto",\
        "env":[{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"s","key":"t"}}}],"later":{"x":[1]}},\
        "status":{"phase":"Failed","exitCode":0,"startTime":"2026-01-02T03:04:05Z","result":{"json":{"n":1.50}},\
        "conditions":[{"type":"Finished","status":"True","reason":"R","message":"M","lastTransitionTime":"2026-01-02T03:04:05Z"}]}}
        """

    @Test("a round trip keeps every field, known or not")
    func roundTrip() throws {
        let value = try JSONValue(parsing: Self.document)
        let task = try value.decoded(as: AgentTask.self)
        #expect(task.spec.code.configMapRef?.key == "k")
        #expect(task.spec.env?.first?.valueFrom?.secretKeyRef?.key == "t")
        #expect(task.status?.exitCode == 0)
        #expect(JSONValue(encoding: task) == value)
    }

    @Test("an object of another kind is refused by name")
    func otherKind() throws {
        let error = #expect(throws: JSONError.self) {
            try JSON.decode(AgentTask.self, from: Array(#"{"apiVersion":"v1","kind":"Pod"}"#.utf8))
        }
        #expect(try #require(error).description.contains("v1"))
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPI
import KubernetesAPIExtensions
import KubernetesJSON
import Testing

@Suite("Types that contain themselves", .timeLimit(.minutes(1)))
struct DeepNestingTests {
    @Test("are read, compared and written on the stack of a task as deep as the reader allows, and refused below")
    func schema() async throws {
        // Six levels are the document's own.
        let levels = JSONReader.defaultDepthLimit - 6
        let document = Self.document(levels: levels)
        try await Task.detached {
            let first = try JSON.decode(CustomResourceDefinition.self, from: document)
            let second = try JSON.decode(CustomResourceDefinition.self, from: JSON.encode(first))
            #expect(first == second)
            #expect(first.hashValue == second.hashValue)
        }.value
        let error = #expect(throws: JSONError.self) {
            try JSON.decode(CustomResourceDefinition.self, from: Self.document(levels: levels + 1))
        }
        #expect(error?.code == .tooDeep)
    }

    private static func document(levels: Int) -> [UInt8] {
        let schema = String(repeating: #"{"not":"#, count: levels) + "{}" + String(repeating: "}", count: levels)
        return Array(#"{"spec":{"versions":[{"schema":{"openAPIV3Schema":\#(schema)}}]}}"#.utf8)
    }
}

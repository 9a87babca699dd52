// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Custom resources are judged as a real server judged them", .enabled(if: RecordedScenario.isAvailable))
struct CustomResourceRecordingTests {
    /// Steps that are about the pipeline: metadata, kinds, media types.
    private static let pipeline: Set<String> = [
        "metadata-bad-labels", "bad-name", "wrong-kind", "wrong-group", "no-kind", "no-metadata", "exists", "yaml",
    ]

    @Test("objects of a rich schema are defaulted, pruned and refused as recorded")
    func objects() throws {
        let scenario = try RecordedScenario("crd-objects")
        let crd = try #require(scenario.steps.first?.body)
        let strategy = CustomResourceStrategy(
            group: "group.example.com",
            plural: "jobsheets",
            kind: "JobSheet",
            version: try #require(crd["spec"]?["versions"]?[0])
        )
        let steps = scenario.steps.filter {
            $0.method == "POST" && $0.path.contains("jobsheets") && !Self.pipeline.contains($0.name)
        }
        #expect(steps.count > 50)
        for step in steps { try check(step, strategy) }
    }

    private func check(_ step: RecordedScenario.Step, _ strategy: CustomResourceStrategy) throws {
        let body = try step.body ?? JSONValue(parsing: try #require(step.rawBody))
        var object: JSONValue
        do throws(StatusError) {
            let decoded = try strategy.decode(body, duplicates: [], context: .test())
            #expect(decoded.warnings.map { "299 - \(GoText.quoted($0))" } == step.warnings, "\(step.name)")
            object = decoded.object
        } catch {
            #expect(error.message == step.answer["message"]?.string, "\(step.name)")
            return
        }
        strategy.prepareForCreate(&object, context: .test())
        var errors = strategy.validateCreate(object, context: .test()).map { "\($0.field)|\($0.body)|\($0.kind.rawValue)" }
        var expected = step.causes
        if step.name == "several-errors" {
            errors.sort()
            expected.sort()
        }
        #expect(errors == expected, "\(step.name)")
        if step.status == 201 {
            let ignored: Set<String> = ["id", "ip"]
            for (key, value) in step.answer["spec"]?.object ?? [:] where !ignored.contains(key) {
                #expect(object["spec"]?[key]?.text == value.sortedByKeyForTest(like: object["spec"]?[key]), "\(step.name) \(key)")
            }
            #expect(object["spec"]?.object?.count == step.answer["spec"]?.object?.count, "\(step.name)")
            #expect(object["status"] == nil)
        }
    }
}

extension JSONValue {
    /// The text of this value, in the member order of `other` when both are equal.
    fileprivate func sortedByKeyForTest(like other: JSONValue?) -> String { self == other ? other?.text ?? "" : text }
}

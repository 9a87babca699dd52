// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("CustomResourceDefinitions are judged as a real server judged them", .enabled(if: RecordedScenario.isAvailable))
struct CustomResourceDefinitionRecordingTests {
    /// Steps that need compiled expressions or a typed decoder.
    private static let later: Set<String> = ["v1beta1-body", "forbidden-schema-field"]

    @Test("every refused definition has the recorded causes, in order")
    func invalidDefinitions() throws {
        let steps = try RecordedScenario("crd-invalid").steps.filter {
            !Self.later.contains($0.name) && !Self.needsExpressions($0.name)
        }
        #expect(steps.count > 40)
        for step in steps {
            var crd = try #require(step.body, "\(step.name)")
            let rules = CustomResourceDefinitionRules()
            rules.setDefaults(&crd)
            rules.prepareForCreate(&crd, context: .test())
            let errors = rules.validate(crd)
            #expect(errors.map { "\($0.field)|\($0.body)|\($0.kind.rawValue)" } == step.causes, "\(step.name)")
            if step.status == 201 { #expect(crd["status"] == step.answer["status"], "\(step.name)") }
        }
    }

    private static func needsExpressions(_ name: String) -> Bool {
        let checkedByForm: Set<String> = ["cel-empty-rule", "cel-bad-reason", "cel-bad-fieldpath", "cel-message-newline"]
        return name.hasPrefix("cel-") && !checkedByForm.contains(name)
    }
}

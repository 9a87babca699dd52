// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskOperator
import ArgumentParser
import Foundation
import KubernetesJSON
import Testing

@Suite("docs/flags.md")
struct FlagsDocumentTests {
    /// The repository's document; written anew when UPDATE_GOLDEN is set.
    static let document = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../docs/flags.md"
    )
    .standardized

    @Test("is made from the flags that are declared")
    func isFresh() throws {
        let text = try FlagsDocument(of: OperatorOptions.self, program: "agenttask-operator").text
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try text.write(to: Self.document, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.document, encoding: .utf8)
        #expect(written == text, "run this test once with UPDATE_GOLDEN=1 and review the difference")
    }

    @Test("says of each flag what it means, and of each value its unit, its bounds and its default")
    func isComplete() throws {
        let flags = try FlagsDocument(of: OperatorOptions.self, program: "agenttask-operator").flags
        #expect(flags.count >= 18)
        for flag in flags {
            #expect(!flag.meaning.isEmpty, "\(flag.name) has no help")
            guard flag.takesValue else { continue }
            #expect(!flag.values.isEmpty, "\(flag.name): say unit and bounds in the discussion of its help")
            #expect(flag.default != nil || flag.values.contains("when absent"), "\(flag.name): say what holds without it")
        }
    }

    @Test("has the names of kubebuilder's operators and of Kubernetes' components")
    func names() throws {
        let names = try FlagsDocument(of: OperatorOptions.self, program: "agenttask-operator").flags.map(\.name)
        for name in [
            "kubeconfig", "kube-api-qps", "kube-api-burst", "leader-elect", "leader-elect-lease-duration",
            "leader-elect-renew-deadline", "leader-elect-retry-period", "leader-election-namespace", "leader-election-id",
            "metrics-bind-address", "health-probe-bind-address", "shutdown-delay-duration", "webhook-cert-path",
            "webhook-cert-name", "webhook-cert-key", "metrics-secure", "metrics-cert-path", "metrics-cert-name",
            "metrics-cert-key", "enable-http2",
        ] {
            #expect(names.contains("--" + name))
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskAPI

@Suite("The rules of AgentTask")
struct RuleTests {
    private static func task(_ change: (inout AgentTask) -> Void = { _ in }) -> AgentTask {
        var task = AgentTask(
            metadata: ObjectMeta(name: "hello", namespace: "default"),
            spec: AgentTaskSpec(runtimeProfile: "python3.11", code: TaskCode(source: "print(1)"))
        )
        change(&task)
        return task
    }

    /// One change that breaks each rule, by the rule's expression.
    private static let breaking: [(prefix: String, new: AgentTask, old: AgentTask?)] = [
        ("size(self.metadata.name)", task { $0.metadata.name = String(repeating: "a", count: 64) }, nil),
        (
            "!(has(oldSelf.status)", task { $0.status = AgentTaskStatus(phase: "Running") },
            task { $0.status = AgentTaskStatus(phase: "Failed") }
        ),
        ("(has(self.source)", task { $0.spec.code.configMapRef = ConfigMapKeyReference(name: "c") }, nil),
        ("!has(self.files)", task { $0.spec.code.files = ["../x": ""] }, nil),
        ("self.runtimeProfile ==", task { $0.spec.runtimeProfile = "bash" }, task()),
        ("self.code ==", task { $0.spec.code.source = "print(2)" }, task()),
        ("!(has(oldSelf.canceled)", task { $0.spec.canceled = false }, task { $0.spec.canceled = true }),
        ("has(self.tenant)", task { $0.spec.tenant = "b" }, task { $0.spec.tenant = "a" }),
        ("has(self.backend)", task { $0.spec.backend = "pod" }, task()),
        ("!self.name.startsWith", task { $0.spec.env = [TaskEnvironmentVariable(name: "AGENTTASK_X", value: "1")] }, nil),
        ("has(self.value) !=", task { $0.spec.env = [TaskEnvironmentVariable(name: "X")] }, nil),
        ("has(self.timeoutSeconds)", task { $0.spec.timeoutSeconds = 10 }, task()),
        ("self <= oldSelf", task { $0.spec.timeoutSeconds = 11 }, task { $0.spec.timeoutSeconds = 10 }),
    ]

    @Test("each CEL rule has a Swift twin that one change breaks, and only that twin")
    func twins() throws {
        #expect(AgentTaskRules.all.count == Self.breaking.count)
        for rule in AgentTaskRules.all {
            let row = try #require(Self.breaking.first { rule.expression.hasPrefix($0.prefix) }, "no row for \(rule.expression)")
            #expect(!rule.holds(row.new, row.old), "\(rule.expression)")
            for other in AgentTaskRules.all where other.expression != rule.expression {
                #expect(other.holds(row.new, row.old), "\(other.expression) with the row of \(rule.expression)")
            }
        }
    }

    @Test("the CRD holds every rule exactly once")
    func document() {
        var found: [String] = []
        func walk(_ value: JSONValue) {
            if let rules = value["x-kubernetes-validations"]?.array { found += rules.compactMap { $0["rule"]?.string } }
            for member in value.object?.values ?? [] { walk(member) }
            for element in value.array ?? [] { walk(element) }
        }
        walk(InstalledDefinition(AgentTask.customResource).document)
        #expect(found.sorted() == AgentTaskRules.all.map(\.expression).sorted())
    }

    @Test("an API server would take the CRD")
    func definition() { #expect(AgentTask.customResource.problems == []) }

    @Test("a valid task has no problem, and each bound is a problem of its field")
    func bounds() {
        #expect(AgentTaskValidation.problems(of: Self.task()).isEmpty)
        let rows: [(String, (inout AgentTask) -> Void)] = [
            ("spec.timeoutSeconds", { $0.spec.timeoutSeconds = 0 }),
            ("spec.timeoutSeconds", { $0.spec.timeoutSeconds = 86_401 }),
            ("spec.startupTimeoutSeconds", { $0.spec.startupTimeoutSeconds = 0 }),
            ("spec.ttlSecondsAfterFinished", { $0.spec.ttlSecondsAfterFinished = -1 }),
            ("spec.backoffLimit", { $0.spec.backoffLimit = 11 }),
            ("spec.runtimeProfile", { $0.spec.runtimeProfile = "Python" }),
            ("spec.runtimeProfile", { $0.spec.runtimeProfile = "python-" }),
            ("spec.args", { $0.spec.args = Array(repeating: "", count: 65) }),
            ("spec.code", { $0.spec.code.source = String(repeating: "é", count: 500_001) }),
            ("spec.code.files", { $0.spec.code.files = Dictionary(uniqueKeysWithValues: (0..<33).map { ("f\($0)", "") }) }),
            ("spec.code.files[big]", { $0.spec.code.files = ["big": String(repeating: "x", count: 262_145)] }),
        ]
        for (field, change) in rows {
            #expect(AgentTaskValidation.problems(of: Self.task(change)).map(\.field) == [field])
        }
    }
}

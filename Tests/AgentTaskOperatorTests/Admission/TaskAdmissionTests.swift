// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesCore
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("The judgement over a new or changed task")
struct TaskAdmissionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The field of the problem; nil for none.
        var field: String?
        var change: @Sendable (inout AgentTask) -> Void

        init(_ name: String, _ field: String?, _ change: @escaping @Sendable (inout AgentTask) -> Void) {
            testDescription = name
            self.field = field
            self.change = change
        }
    }

    static func fields(_ admission: TaskAdmission) -> [String] {
        if case .refused(let problems) = admission { problems.map(\.field) } else { [] }
    }

    @Test(
        "a new task is refused for each fault of its own, by the field's name",
        arguments: [
            Row("nothing wrong", nil) { _ in },
            Row("name of 64", "metadata.name") { $0.metadata.name = String(repeating: "n", count: 64) },
            Row("no code", "spec.code") { $0.spec.code.source = nil },
            Row("two codes", "spec.code") { $0.spec.code.configMapRef = ConfigMapKeyReference(name: "c") },
            Row("file name", "spec.code.files") { $0.spec.code.files = ["a/b": ""] },
            Row("code too large", "spec.code") { $0.spec.code.source = String(repeating: "é", count: 500_001) },
            Row("no profile", "spec.runtimeProfile") { $0.spec.runtimeProfile = "" },
            Row("no time", "spec.timeoutSeconds") { $0.spec.timeoutSeconds = 0 },
            Row("start too long", "spec.startupTimeoutSeconds") { $0.spec.startupTimeoutSeconds = 86_401 },
            Row("attempts", "spec.backoffLimit") { $0.spec.backoffLimit = 11 },
            Row("reserved", "spec.env") { $0.spec.env = [TaskEnvironmentVariable(name: "AGENTTASK_UID", value: "")] },
            Row("empty variable", "spec.env") { $0.spec.env = [TaskEnvironmentVariable(name: "A")] },
            Row("arguments", "spec.args") { $0.spec.args = Array(repeating: "", count: 65) },
        ]
    )
    func create(row: Row) {
        let admission = TaskAdmission.create(TaskReviews.task(row.change))
        #expect(Self.fields(admission) == [row.field].compactMap { $0 })
        if row.field == nil { #expect(admission == .allowed) }
    }

    @Test(
        "a change is refused for what may not change, by the field's name",
        arguments: [
            Row("nothing", nil) { _ in },
            Row("profile", "spec.runtimeProfile") { $0.spec.runtimeProfile = "bash" },
            Row("code", "spec.code") { $0.spec.code.source = "print(2)" },
            Row("files", "spec.code") { $0.spec.code.files = ["a": ""] },
            Row("tenant", "spec.tenant") { $0.spec.tenant = "x" },
            Row("backend", "spec.backend") { $0.spec.backend = "pod" },
            Row("timeout raised", "spec.timeoutSeconds") { $0.spec.timeoutSeconds = 61 },
            Row("timeout lowered", nil) { $0.spec.timeoutSeconds = 59 },
            Row("suspended", nil) { $0.spec.suspend = true },
            Row("canceled", nil) { $0.spec.canceled = true },
            Row("labels", nil) { $0.metadata.labels = ["a": "b"] },
            Row("new fault", "spec.backoffLimit") { $0.spec.backoffLimit = 11 },
        ]
    )
    func update(row: Row) {
        let admission = TaskAdmission.update(TaskReviews.task(row.change), old: TaskReviews.task(), subresource: nil)
        #expect(Self.fields(admission) == [row.field].compactMap { $0 })
        if row.field == nil { #expect(admission == .allowed) }
    }

    @Test("a cancellation cannot be taken back")
    func uncancel() {
        let admission = TaskAdmission.update(
            TaskReviews.task { $0.spec.canceled = false },
            old: TaskReviews.task { $0.spec.canceled = true },
            subresource: nil
        )
        #expect(Self.fields(admission) == ["spec.canceled"])
    }

    @Test("the status, and all of a task that is being deleted, may be written whatever the task is like")
    func passes() {
        let changed = TaskReviews.task { $0.spec.runtimeProfile = "" }
        #expect(TaskAdmission.update(changed, old: TaskReviews.task(), subresource: "status") == .allowed)
        #expect(TaskAdmission.update(changed, old: TaskReviews.task(), subresource: "") != .allowed)
        let going = TaskReviews.task { $0.metadata.deletionTimestamp = Time(seconds: 1) }
        #expect(TaskAdmission.update(changed, old: going, subresource: nil) == .allowed)
        #expect(TaskAdmission.update(going, old: TaskReviews.task { $0.spec.suspend = true }, subresource: nil) == .allowed)
    }

    @Test("a fault that the stored task has does not keep anybody from cancelling it")
    func oldFault() {
        let old = TaskReviews.task { $0.spec.backoffLimit = 11 }
        var new = old
        new.spec.canceled = true
        #expect(TaskAdmission.update(new, old: old, subresource: nil) == .allowed)
        new.spec.args = Array(repeating: "", count: 65)
        #expect(Self.fields(TaskAdmission.update(new, old: old, subresource: nil)) == ["spec.args"])
    }

    static let secretive = TaskReviews.task {
        $0.spec.env = [TaskReviews.variable("A", secret: "one"), TaskReviews.variable("B", secret: "two")]
    }
    static let secrets = [
        TaskReference(kind: .secret, name: "one", field: "spec.env[A]"),
        TaskReference(kind: .secret, name: "two", field: "spec.env[B]"),
    ]

    @Test("a new task needs the right to read each object that it references")
    func references() {
        #expect(TaskAdmission.create(Self.secretive) == .needsRights(Self.secrets))
        let code = TaskReviews.task { $0.spec.code = TaskCode(configMapRef: ConfigMapKeyReference(name: "c", optional: true)) }
        #expect(
            TaskAdmission.create(code)
                == .needsRights([TaskReference(kind: .configMap, name: "c", field: "spec.code.configMapRef")])
        )
    }

    @Test(
        "so does whoever changes what the program is told or where it may send it, and nobody else",
        arguments: [
            Row("arguments", "x") { $0.spec.args = ["--print"] },
            Row("a variable more", "x") { $0.spec.env?.append(TaskEnvironmentVariable(name: "C", value: "print")) },
            Row("a Secret more", "x") { $0.spec.env?.append(TaskReviews.variable("C", secret: "one")) },
            Row("network", "x") { $0.spec.network = TaskNetwork(profile: "open") },
            Row("cancel", nil) { $0.spec.canceled = true },
            Row("less time", nil) { $0.spec.timeoutSeconds = 1 },
            Row("one Secret less", "x") { $0.spec.env?.removeLast() },
            Row("no Secret", nil) { $0.spec.env = nil },
        ]
    )
    func changedProgram(row: Row) {
        var task = Self.secretive
        row.change(&task)
        let admission = TaskAdmission.update(task, old: Self.secretive, subresource: nil)
        #expect(admission == (row.field == nil ? .allowed : .needsRights(TaskReference.all(of: task.spec))))
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A rule that a task breaks.
public struct AgentTaskProblem: Sendable, Hashable, CustomStringConvertible {
    /// The field, as in `spec.code.files`.
    public let field: String
    /// What is wrong and what to do.
    public let message: String

    /// A problem of a field.
    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }

    public var description: String { "\(field): \(message)" }
}

/// The rules of the API beyond a field's type: used by the controller and by `agentctl`, and by the admission webhook.
public enum AgentTaskValidation {
    /// Bytes of UTF-8 that source and files may have together: a ConfigMap holds 1 MiB, its own metadata included.
    public static let maximumCodeBytes = 1_000_000

    /// Every problem of a new task, or of the change from `old` to `task`.
    public static func problems(of task: AgentTask, old: AgentTask? = nil) -> [AgentTaskProblem] {
        var problems = AgentTaskRules.all.filter { !$0.holds(task, old) }.map {
            AgentTaskProblem(field: $0.field, message: $0.message)
        }
        problems += bounds(task.spec)
        problems += code(task.spec)
        return problems
    }

    /// The schema's bounds, which an API server checks as well; the command line checks them before it sends anything.
    private static func bounds(_ spec: AgentTaskSpec) -> [AgentTaskProblem] {
        var problems: [AgentTaskProblem] = []
        func check(_ field: String, _ value: Int32?, _ range: ClosedRange<Int32>) {
            guard let value, !range.contains(value) else { return }
            problems.append(
                AgentTaskProblem(field: field, message: "\(value) is not between \(range.lowerBound) and \(range.upperBound)")
            )
        }
        check("spec.timeoutSeconds", spec.timeoutSeconds, 1...86_400)
        check("spec.startupTimeoutSeconds", spec.startupTimeoutSeconds, 1...86_400)
        check("spec.ttlSecondsAfterFinished", spec.ttlSecondsAfterFinished, 0...Int32.max)
        check("spec.backoffLimit", spec.backoffLimit, 0...10)
        if !isProfileName(spec.runtimeProfile) {
            problems.append(
                AgentTaskProblem(
                    field: "spec.runtimeProfile",
                    message:
                        "a profile name has 1 to 63 lower-case letters, digits, '-' and '.', and begins and ends with a letter or digit"
                )
            )
        }
        if (spec.args ?? []).count > 64 { problems.append(AgentTaskProblem(field: "spec.args", message: "at most 64 arguments")) }
        if (spec.env ?? []).count > 64 { problems.append(AgentTaskProblem(field: "spec.env", message: "at most 64 variables")) }
        return problems
    }

    private static func code(_ spec: AgentTaskSpec) -> [AgentTaskProblem] {
        var problems: [AgentTaskProblem] = []
        let files = spec.code.files ?? [:]
        if files.count > 32 { problems.append(AgentTaskProblem(field: "spec.code.files", message: "at most 32 files")) }
        for (name, text) in files.sorted(by: { $0.key < $1.key }) where text.utf8.count > 262_144 {
            problems.append(AgentTaskProblem(field: "spec.code.files[\(name)]", message: "a file has at most 262144 bytes"))
        }
        let bytes = (spec.code.source ?? "").utf8.count + files.values.reduce(0) { $0 + $1.utf8.count }
        if bytes > maximumCodeBytes {
            problems.append(
                AgentTaskProblem(
                    field: "spec.code",
                    message: "source and files have \(bytes) bytes together, at most \(maximumCodeBytes) are allowed"
                )
            )
        }
        return problems
    }

    private static func isProfileName(_ name: String) -> Bool {
        func alphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard (1...63).contains(name.utf8.count), let first = name.utf8.first, let last = name.utf8.last else { return false }
        return alphanumeric(first) && alphanumeric(last)
            && name.utf8.allSatisfy { alphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }
}

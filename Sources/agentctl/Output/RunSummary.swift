// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta

/// What `agentctl run` says at the end, and the code it ends with.
struct RunSummary {
    let task: AgentTask

    init(_ task: AgentTask) { self.task = task }

    /// The program's own code; 124 after a timeout as `timeout(1)`, 130 after a cancel as a shell after Ctrl-C, 1 when no program ran.
    var exitCode: Int32 {
        switch task.phase {
        case .succeeded: 0
        case .timeout: 124
        case .canceled: 130
        case .failed, .pending, .scheduled, .running: task.status?.exitCode.flatMap { (1...255).contains($0) ? $0 : nil } ?? 1
        }
    }

    func print(quiet: Bool) {
        if !quiet { Terminal.error(line + "\n") }
        guard let result = task.status?.result else { return }
        let text = result.json?.indented ?? SafeText.block(result.raw ?? "")
        if quiet {
            Terminal.out(text + "\n")
        } else {
            Terminal.error("Result:\n" + text.split(separator: "\n").map { "  \($0)\n" }.joined())
        }
    }

    var line: String {
        let status = task.status
        var words = [paint(task.phase.rawValue)]
        if let reason = status?.reason, reason != task.phase.rawValue { words.append("(\(reason))") }
        words.append("agenttask/\(task.metadata.name ?? "")")
        if let code = status?.exitCode { words.append("exit code \(code)") }
        if task.phase != .succeeded, let message = status?.message { words.append("- " + message) }
        return words.map { $0.contains("\u{1B}") ? $0 : SafeText.line($0) }.joined(separator: " ")
    }

    private func paint(_ phase: String) -> String {
        guard Terminal.hasColor else { return phase }
        return "\u{1B}[\(task.phase == .succeeded ? 32 : 31)m\(phase)\u{1B}[0m"
    }
}

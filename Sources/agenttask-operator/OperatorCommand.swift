// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskOperator
import ArgumentParser

@main
struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agenttask-operator",
        abstract: "Runs AgentTasks on a Kubernetes cluster. SIGTERM stops it in order."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws { try await OperatorProcess(options: options).run() }

    static func main() async { await OperatorProcess.main(Self.self) }
}

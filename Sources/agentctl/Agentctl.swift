// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser

@main
struct Agentctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agentctl",
        abstract: "Runs code that an agent wrote, once, in a sandbox, and brings back its result.",
        discussion: """
            Without a cluster, `agentctl local up` starts one on this machine. Exit codes: 0 success, 1 failure, 2 usage; `run` ends \
            with the program's own code, 124 after a timeout and 130 after a cancel.
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, ListCommand.self, LogsCommand.self, DescribeCommand.self, CancelCommand.self, DeleteCommand.self,
            LocalCommand.self, CustomResourceDefinitionCommand.self,
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            ErrorReport(error).exit()
        }
    }
}

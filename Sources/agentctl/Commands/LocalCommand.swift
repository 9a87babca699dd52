// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct LocalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "local",
        abstract: "Run a cluster on this machine: API server, node and operator in one background process.",
        subcommands: [LocalUpCommand.self, LocalDownCommand.self, LocalStatusCommand.self, LocalServeCommand.self]
    )
}

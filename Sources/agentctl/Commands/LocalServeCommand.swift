// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LocalCluster

/// The background process that `local up` starts from this same program.
struct LocalServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "The cluster's process; local up starts it.",
        shouldDisplay: false
    )

    @Argument(help: "The options, as local up writes them.")
    var options: String

    func run() async throws {
        let code = await LocalClusterServer.main(argument: options, version: Version.text)
        if code != 0 { throw ExitCode(code) }
    }
}

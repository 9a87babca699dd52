// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ControllerRuntime
import ControllerServing

@main
struct CopierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "configmap-copier")

    @OptionGroup var flags: ControllerFlags

    func run() async throws {
        try await flags.run("configmap-copier") { manager, client in
            let cache = Cache(client: client, environment: manager.environment)
            try await manager.add(ConfigMapCopier.controller(cache: cache))
        }
    }
}

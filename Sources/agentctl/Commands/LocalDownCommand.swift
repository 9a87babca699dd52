// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LocalCluster

struct LocalDownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop the local cluster and take its context out of the kubeconfig; its data stays."
    )

    @OptionGroup var local: LocalOptions

    func run() async throws {
        switch try await local.control(try local.options()).down() {
        case .notRunning: Terminal.out("No local cluster runs.\n")
        case .stopped: Terminal.out("The local cluster has stopped.\n")
        case .killed:
            Terminal.out("The local cluster did not stop in time and was killed; nothing that was acknowledged is lost.\n")
        }
    }
}

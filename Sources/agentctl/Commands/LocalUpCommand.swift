// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import LocalCluster

struct LocalUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the local cluster; its context becomes the kubeconfig's current one."
    )

    @OptionGroup var local: LocalOptions

    @Option(help: "The API server's port on 127.0.0.1; else that of the last time, or any.")
    var port: Int?

    @Option(help: "Operators, of which one leads; 0 to run agenttask-operator by hand.")
    var replicas = 1

    @Flag(help: "Without a node: pods stay Pending until something else runs them.")
    var noNode = false

    @Option(help: ArgumentHelp("Note every write over the API in this file, one line of JSON each.", valueName: "file"))
    var auditLog: String?

    @Option(help: "Log level of the cluster's process.")
    var logLevel = "info"

    func run() async throws {
        var options = try local.options()
        options.port = port
        options.replicas = replicas
        options.runsNode = !noNode
        options.auditLog = auditLog.map { Self.absolute($0) }
        options.logLevel = logLevel
        var progress = Progress(quiet: !Terminal.errorIsTerminal)
        progress.show("Starting the local cluster …")
        let start: LocalClusterStart
        do {
            start = try await local.control(options).up(command: ["local", "serve"])
        } catch {
            progress.clear()
            throw error
        }
        progress.clear()
        Terminal.out(start.wasRunning ? "The local cluster runs already.\n" : "The local cluster is ready.\n")
        Terminal.out("  API server   \(start.server)\n")
        Terminal.out("  context      \(start.context)" + (start.kubeconfig.map { " in \($0)" } ?? "") + "\n")
        Terminal.out("Try: agentctl run examples/hello.py\n")
    }

    /// The cluster's process works in another directory.
    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}

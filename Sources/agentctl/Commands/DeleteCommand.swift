// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import KubernetesClient
import KubernetesMeta

struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete tasks with their pods, code and results.",
        aliases: ["rm"]
    )

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The tasks.")
    var names: [String] = []

    @Flag(help: "All tasks of the namespace.")
    var all = false

    func validate() throws {
        guard all != !names.isEmpty else {
            throw ValidationError("name the tasks to delete, or use --all for every task of the namespace")
        }
    }

    func run() async throws {
        let cluster = try await connection.connect()
        var names = names
        if all {
            for try await page in cluster.client.pages(
                AgentTask.self,
                namespace: cluster.namespace,
                options: ListOptions(limit: 500)
            ) {
                names += page.items.compactMap(\.metadata.name)
            }
        }
        for name in names {
            try await cluster.client.delete(
                AgentTask.self,
                name: name,
                namespace: cluster.namespace
            )
            Terminal.out("agenttask/\(SafeText.line(name)) deleted\n")
        }
        if names.isEmpty { Terminal.error("No tasks in namespace \(SafeText.line(cluster.namespace)).\n") }
    }
}

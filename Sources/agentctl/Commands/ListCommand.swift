// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import KubernetesClient
import KubernetesMeta

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List tasks.", aliases: ["ls", "get"])

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOption

    @Flag(name: [.customShort("A"), .long], help: "In all namespaces.")
    var allNamespaces = false

    @Option(name: [.customShort("l"), .long], help: "Only tasks with these labels, as in agenttask.io/tenant=blue.")
    var selector: String?

    func run() async throws {
        let cluster = try await connection.connect()
        let namespace = allNamespaces ? nil : cluster.namespace
        var tasks: [AgentTask] = []
        for try await page in cluster.client.pages(
            AgentTask.self,
            namespace: namespace,
            options: ListOptions(labelSelector: selector, limit: 500)
        ) {
            tasks += page.items
        }
        if let format = output.output { return Terminal.out(try format.text(tasks)) }
        guard !tasks.isEmpty else {
            return Terminal.error(namespace.map { "No tasks in namespace \(SafeText.line($0)).\n" } ?? "No tasks.\n")
        }
        Terminal.out(Self.table(tasks, withNamespace: allNamespaces, now: connection.now()))
    }

    static func table(_ tasks: [AgentTask], withNamespace: Bool, now: Time) -> String {
        var table = TextTable((withNamespace ? ["NAMESPACE"] : []) + ["NAME", "PHASE", "REASON", "EXIT", "PROFILE", "AGE"])
        for task in tasks {
            let cells = [
                task.metadata.name ?? "", task.status?.phase ?? TaskPhase.pending.rawValue, task.status?.reason ?? "",
                task.status?.exitCode.map(String.init) ?? "", task.spec.runtimeProfile,
                Age.text(since: task.metadata.creationTimestamp, now: now),
            ]
            table.add((withNamespace ? [task.metadata.namespace ?? ""] : []) + cells)
        }
        return table.text
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import KubernetesClient
import KubernetesEvents
import KubernetesMeta

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show a task: phase, result, conditions and events."
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOption

    @Argument(help: "The task.")
    var name: String

    func run() async throws {
        let cluster = try await connection.connect()
        let task = try await TaskWatch(cluster: cluster, name: name).get()
        if let format = output.output { return Terminal.out(try format.text(task)) }
        let events = try await cluster.client.list(
            Event.self,
            namespace: cluster.namespace,
            options: ListOptions(fieldSelector: "regarding.uid=\(task.metadata.uid ?? "")")
        )
        Terminal.out(TaskDescription(task: task, events: events.items, now: connection.now()).text)
    }
}

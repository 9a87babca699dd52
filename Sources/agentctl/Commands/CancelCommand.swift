// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import KubernetesClient
import KubernetesJSON
import KubernetesMeta

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Stop tasks; their logs are kept.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The tasks.")
    var names: [String]

    @Flag(help: "Return when the tasks have ended.")
    var wait = false

    func run() async throws {
        let cluster = try await connection.connect()
        for name in names {
            let task = try await cluster.client.patch(
                AgentTask.self,
                name: name,
                namespace: cluster.namespace,
                .merge(["spec": ["canceled": true]])
            )
            if task.status?.phase.flatMap(TaskPhase.init(rawValue:))?.isTerminal == true {
                Terminal.error("agenttask/\(SafeText.line(name)) has already ended: \(SafeText.line(task.status?.phase ?? ""))\n")
            } else {
                Terminal.out("agenttask/\(SafeText.line(name)) canceled\n")
            }
        }
        guard wait else { return }
        for name in names { _ = try await TaskWatch(cluster: cluster, name: name).waitForEnd() }
    }
}

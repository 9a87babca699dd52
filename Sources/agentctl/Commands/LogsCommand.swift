// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import KubernetesClient
import KubernetesMeta

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print what a task's program wrote.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The task.")
    var name: String

    @Flag(name: .shortAndLong, help: "Go on until the program ends.")
    var follow = false

    @Option(help: "Only the last lines.")
    var tail: Int64?

    @Flag(help: "Begin each line with its time.")
    var timestamps = false

    @Flag(help: "On a terminal, do not escape control characters.")
    var raw = false

    func validate() throws {
        if let tail, tail < 0 { throw ValidationError("--tail is \(tail); use 0 or more") }
    }

    func run() async throws {
        let cluster = try await connection.connect()
        let watch = TaskWatch(cluster: cluster, name: name)
        var task = try await watch.get()
        if follow { task = try await watch.wait { $0.hasLogs || $0.hasEnded } }
        guard let pod = task.status?.podRef?.name else {
            throw CommandFailure(
                "agenttask/\(name) has no pod\(task.status?.message.map { ": \($0)" } ?? " yet"); see agentctl describe \(name)"
            )
        }
        let options = LogOptions(follow: follow, tailLines: tail, timestamps: timestamps)
        do {
            try await LogStream(cluster: cluster, pod: pod).print(options, to: LogPrinter(raw: raw))
        } catch let error as ClientError where error.isNotFound {
            guard let tail = task.status?.logTail else {
                throw CommandFailure("the pod of agenttask/\(name) is gone, and its logs with it; nothing but its status is kept")
            }
            Terminal.error("The pod is gone; this is the end of its output, from the task's status:\n")
            var printer = LogPrinter(raw: raw)
            printer.print(Array((tail + "\n").utf8))
            printer.finish()
        }
    }
}

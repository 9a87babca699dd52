// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// The log of a task's pod.
struct LogStream {
    let cluster: Cluster
    let pod: String

    /// Prints the log to its end; with `follow`, that is the container's end.
    func print(_ options: LogOptions, to printer: LogPrinter) async throws {
        var printer = printer
        let body = try await cluster.client.logs(pod: pod, namespace: cluster.namespace, container: "task", options: options)
        for try await chunk in body { printer.print(chunk) }
        printer.finish()
    }
}

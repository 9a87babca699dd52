// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ControllerRuntime
import KubernetesClient
import KubernetesMeta
import Logging

/// The flags that choose a cluster and a namespace, with kubectl's names.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "Path of the kubeconfig; else $KUBECONFIG or ~/.kube/config.")
    var kubeconfig: String?

    @Option(help: "Context of the kubeconfig; else its current one.")
    var context: String?

    @Option(name: .shortAndLong, help: "Namespace; else the context's, else default.")
    var namespace: String?

    /// Connects to nothing yet: the first request does.
    func connect() async throws -> Cluster {
        let configuration: ClientConfiguration
        do {
            configuration = try ClientConfiguration.load(kubeconfig: kubeconfig, context: context)
        } catch {
            throw CommandFailure("\(error.message); without a cluster, agentctl local up starts one on this machine")
        }
        var logger = Logger(label: "agentctl") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let client = try KubernetesClient(configuration: configuration, userAgent: "agentctl/\(Version.text)", logger: logger)
        return Cluster(
            client: client.with(retryPolicy: .never),
            namespace: namespace ?? configuration.defaultNamespace,
            server: configuration.server
        )
    }

    func now() -> Time { Time(seconds: TimeSource.system.wallNow().seconds) }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import ControllerRuntime
public import KubernetesClient

/// The flags that say which API server to use, and how much of it.
public struct ConnectionFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The kubeconfig to use.",
            discussion: "A path; $KUBECONFIG, then the pod's service account, then ~/.kube/config, when absent.",
            valueName: "path"
        )
    )
    public var kubeconfig: String?

    @Option(
        name: .customLong("kube-api-qps"),
        help: ArgumentHelp(
            "How many requests a second may be sent to the API server in the long run, those for the lease apart.",
            discussion: "Requests a second, 0.1 to 100000, or -1 for no limit: the API server has one of its own.",
            valueName: "n"
        )
    )
    public var kubeAPIQPS: Double = -1

    @Option(
        name: .customLong("kube-api-burst"),
        help: ArgumentHelp(
            "How many requests may be sent at once when there is a limit.",
            discussion: "Requests, 1 to 100000; not used without --kube-api-qps.",
            valueName: "n"
        )
    )
    public var kubeAPIBurst: Int = 30

    public init() {}

    public func validate() throws {
        guard kubeAPIQPS == -1 || (0.1...100_000).contains(kubeAPIQPS) else {
            throw ValidationError("--kube-api-qps is \(kubeAPIQPS); use a number from 0.1 to 100000, or -1 for no limit")
        }
        guard (1...100_000).contains(kubeAPIBurst) else {
            throw ValidationError("--kube-api-burst is \(kubeAPIBurst); use a number from 1 to 100000")
        }
    }

    /// A client of the API server that the flags name. It counts what it sends (`rest_client_requests_total`), and whoever asked for it
    /// shuts its transport down. Where the environment has a tracer, requests within a span are traced.
    ///
    /// - Throws: `ClientError` for a configuration that cannot be read.
    public func makeClient(environment: RuntimeEnvironment) throws -> KubernetesClient {
        let configuration = try ClientConfiguration.load(kubeconfig: kubeconfig)
        let client = try KubernetesClient(configuration: configuration, logger: environment.logger)
        let host = "\(configuration.server.host):\(configuration.server.port)"
        var transport: any HTTPTransport = InstrumentedTransport(client.transport, host: host, environment: environment)
        if kubeAPIQPS > 0 {
            transport = RateLimitedTransport(
                transport,
                rate: kubeAPIQPS,
                burst: kubeAPIBurst,
                host: host,
                environment: environment
            )
        }
        if let tracer = environment.tracer { transport = TracedTransport(transport, tracer: tracer) }
        return KubernetesClient(
            transport: transport,
            defaultNamespace: client.defaultNamespace,
            userAgent: client.userAgent,
            logger: environment.logger
        )
    }
}

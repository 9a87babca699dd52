// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskOperator
import ArgumentParser
import ControllerRuntime
import ControllerServing
import EmbeddedCluster
import EmbeddedClusterServer
import Glibc
import KubernetesClient
import LocalNode
import Logging
import ServiceLifecycle
import UnixSignals

/// The cluster's process: API server, node and operator together.
public struct LocalClusterServer: Sendable {
    private let options: LocalClusterOptions
    private let version: String

    /// How long an orderly stop may take before it is cut short.
    static let drainBudget: Duration = .seconds(15)

    /// The node's name.
    static let nodeName = "local"

    /// A server with these options.
    ///
    /// - Parameter version: The program's version, for `status`.
    public init(options: LocalClusterOptions, version: String) {
        self.options = options
        self.version = version
    }

    /// The `main` of the background process that ``LocalClusterControl/up(command:)`` starts.
    ///
    /// - Parameters:
    ///   - argument: The last argument that it was started with.
    ///   - version: The program's version.
    /// - Returns: The exit code.
    public static func main(argument: String, version: String) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        umask(0o077)
        // The directory that `up` was called in may be removed while the cluster runs.
        chdir("/")
        let descriptor = Locked<Int32?>(BackgroundProcess.readinessDescriptor)
        let report: @Sendable (ReadinessReport) -> Void = { report in
            let open = descriptor.withLock { descriptor in
                defer { descriptor = nil }
                return descriptor
            }
            if let open { report.send(to: open) }
        }
        do {
            let server = LocalClusterServer(options: try LocalClusterOptions(argument: argument), version: version)
            try await server.run { report(.ready($0)) }
            report(.failed("the cluster was stopped before it was ready"))
            return 0
        } catch {
            LogSink.standardError.write(Array("error: \(error)\n".utf8))
            report(.failed("\(error)"))
            return 1
        }
    }

    /// Runs the cluster in this process until SIGTERM or SIGINT.
    ///
    /// - Parameter onReady: Called once, when API server, node and operator can be used.
    /// - Throws: What kept it from starting, or made it end, in one line.
    func run(onReady: @escaping @Sendable (RunRecord) async -> Void) async throws {
        try options.validate()
        let state = try LocalState(options.stateDirectory)
        let lock = try Self.lock(state)
        defer { lock.release() }
        let operatorOptions = try OperatorOptions.parse(
            ["--metrics-bind-address", "0", "--health-probe-bind-address", "0"] + operatorFlags
        )
        let logger = operatorOptions.controller.logging.makeLogger(label: "local-cluster")
        let certificate = try ServingCertificate(directory: try state.directory.directory("pki"))
        let token = try StoredToken.load(in: state.directory)
        let storage = try SQLiteStorage(path: state.database)
        var clusterOptions = EmbeddedClusterOptions(
            rootCertificate: certificate.authority,
            audit: try options.auditLog.map { path in try AuditLogFile(path: path, logger: logger) },
            webhookCaller: CurlWebhookCaller(),
            logger: logger
        )
        clusterOptions.tokenSigner = try TokenKey.load(in: state.directory)
        let cluster = try EmbeddedCluster(storage: storage, options: clusterOptions)
        do {
            try await serve(cluster, state, certificate, token, operatorOptions, logger, onReady)
        } catch {
            await cluster.shutdown()
            throw error
        }
        await cluster.shutdown()
    }

    /// The flags of every operator.
    private var operatorFlags: [String] {
        let election = ["--leader-elect", "--leader-election-namespace", "default"]
        return ["--log-level", options.logLevel, "--allow-unverified-references"] + (options.replicas > 1 ? election : [])
    }

    /// The operators beside that of this process; nil when there are none.
    private func makeReplicas(_ state: LocalState, _ environment: RuntimeEnvironment) throws(LocalClusterError)
        -> OperatorReplicas?
    {
        guard options.replicas > 1 else { return nil }
        return OperatorReplicas(
            count: options.replicas - 1,
            executable: try SiblingProgram.path("agenttask-operator"),
            arguments: operatorFlags + [
                "--kubeconfig", state.operatorKubeconfig, "--metrics-bind-address", "0", "--stop-on-input-end",
            ],
            state: state,
            environment: environment
        )
    }

    private func serve(
        _ cluster: EmbeddedCluster,
        _ state: LocalState,
        _ certificate: ServingCertificate,
        _ token: String,
        _ operatorOptions: OperatorOptions,
        _ logger: Logger,
        _ onReady: @escaping @Sendable (RunRecord) async -> Void
    ) async throws {
        let client = KubernetesClient(transport: cluster.transport(), logger: logger)
        let environment = RuntimeEnvironment(logger: logger)
        let node = try await makeNode(client, state, logger)
        if let node { cluster.setLogSource(NodeLogSource(node: node, time: environment.time)) }
        let taskOperator =
            options.replicas == 0 ? nil : try Operator(client: client, options: operatorOptions, environment: environment)
        let replicas = try makeReplicas(state, environment)
        let ports = ListeningPorts(expectsHealth: taskOperator != nil)
        var services: [any Service] = [
            ClusterControllers(cluster: cluster),
            EmbeddedClusterServer(
                cluster: cluster,
                certificate: certificate,
                tokens: [(token, .admin)],
                options: ServerOptions(port: try port(state)),
                logger: logger,
                onListening: { ports.set(api: $0) }
            ),
        ]
        if taskOperator != nil {
            services.append(
                ControllerServer(
                    address: BindAddress(host: "127.0.0.1", port: 0),
                    contents: [.health(environment.health), .metrics(environment.metrics), .debug(environment.debug)],
                    environment: environment,
                    onListening: { ports.set(health: $0) }
                )
            )
        }
        services.append(
            ClusterParts(
                client: client,
                node: node,
                nodeName: Self.nodeName,
                taskOperator: taskOperator,
                replicas: replicas,
                environment: environment,
                listening: {
                    let known = try await ports.known()
                    guard replicas != nil else { return }
                    let context = KubeconfigContext(
                        server: "https://127.0.0.1:\(known.api)",
                        authority: certificate.authority,
                        token: token
                    )
                    try state.writeOperatorKubeconfig(context)
                },
                onReady: { [version, options] in
                    let known = try await ports.known()
                    let record = RunRecord(
                        pid: getpid(),
                        port: known.api,
                        healthPort: known.health,
                        runsNode: options.runsNode,
                        version: version,
                        kubeconfig: try state.record()?.kubeconfig
                    )
                    try state.write(record)
                    logger.notice("the cluster is ready", metadata: ["server": "\(record.server)"])
                    await onReady(record)
                }
            )
        )
        // Started last and stopped first.
        if let replicas { services.append(replicas) }
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = Self.drainBudget
        try await ServiceGroup(configuration: configuration).run()
    }

    private func makeNode(_ client: KubernetesClient, _ state: LocalState, _ logger: Logger) async throws -> LocalNode? {
        guard options.runsNode else { return nil }
        do {
            return try await LocalNode.make(
                client: client,
                options: LocalNodeOptions(name: Self.nodeName, stateDirectory: state.node, interpreters: .builtinProfiles),
                // The node has a timer of its own, and its metrics are not the operator's.
                environment: RuntimeEnvironment(logger: logger)
            )
        } catch {
            throw LocalClusterError(.start, "\(error.message) (--no-node starts the cluster without a node)")
        }
    }

    /// The port that was asked for; else that of the last time, so that other programs' kubeconfigs stay right; else any.
    private func port(_ state: LocalState) throws -> Int {
        if let port = options.port { return port }
        guard let last = try state.record()?.port, LoopbackPort.isFree(last) else { return 0 }
        return last
    }

    private static func lock(_ state: LocalState) throws(LocalClusterError) -> FileLock {
        do throws(ServerError) {
            return try FileLock(path: state.lock)
        } catch {
            if error.code == .stateInUse {
                throw LocalClusterError(.running, LocalClusterControl.runningMessage(state.directory.path))
            }
            throw LocalClusterError(.state, error.message)
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import EmbeddedClusterServer
import Glibc
import KubernetesClient
import KubernetesJSON

/// Starts, stops and looks at a local cluster from outside its process: what `agentctl local` does.
public struct LocalClusterControl: Sendable {
    private let options: LocalClusterOptions
    private let kubeconfig: String?
    private let environment: [String: String]
    let time: TimeSource
    private let executable: String

    var stateDirectory: String { options.stateDirectory }

    /// How long the cluster may take to become ready.
    static let startBudget: Duration = .seconds(60)

    /// How long it may take to stop in order. Longer than its own budget for that.
    static let stopBudget: Duration = .seconds(20)

    /// A control for one state directory.
    ///
    /// - Parameters:
    ///   - options: How the cluster is set up; `down` and `status` need the state directory only.
    ///   - kubeconfig: The kubeconfig file that gets the context; nil for the first of `$KUBECONFIG`, else `~/.kube/config`.
    ///   - environment: The variables of this process.
    ///   - time: Where time comes from.
    public init(
        options: LocalClusterOptions,
        kubeconfig: String? = nil,
        environment: [String: String],
        time: TimeSource = .system
    ) {
        self.init(options: options, kubeconfig: kubeconfig, environment: environment, time: time, executable: "/proc/self/exe")
    }

    /// - Parameter executable: The program that becomes the background process: this one, but for tests.
    init(
        options: LocalClusterOptions,
        kubeconfig: String?,
        environment: [String: String],
        time: TimeSource = .system,
        executable: String
    ) {
        self.options = options
        self.kubeconfig = kubeconfig
        self.environment = environment
        self.time = time
        self.executable = executable
    }

    /// Starts the cluster in the background and returns when it can be used; its context is the current one of the kubeconfig then.
    ///
    /// - Parameter command: The words after the program's name that make this same program call
    ///   ``LocalClusterServer/main(argument:version:)`` with the word that is added to them.
    /// - Throws: ``LocalClusterError``. Nothing runs then that did not run before.
    public func up(command: [String]) async throws -> LocalClusterStart {
        try options.validate()
        let state = try LocalState(options.stateDirectory)
        let editor = try kubeconfigEditor()
        // A kubeconfig that cannot be used is found before anything is started.
        _ = try editor.read()
        if try ClusterProcess(state: state, time: time).holder() != nil { return try await alreadyRunning(state) }
        LogTail.rotate(state.log)
        let logStart = LogTail.end(state.log)
        let process = try BackgroundProcess.start(
            executable: try resolvedExecutable(),
            arguments: command + [options.argument],
            log: state.log
        )
        var record: RunRecord
        switch try await ReadinessPipe(descriptor: process.readiness).wait(for: Self.startBudget, time: time) {
        case .reported(.ready(let reported)): record = reported
        case .reported(.failed(let message)):
            if message == Self.runningMessage(state.directory.path) { throw LocalClusterError(.running, message) }
            throw LocalClusterError(.start, message)
        case .ended:
            let log = LogTail.read(state.log, from: logStart, lines: 10)
            throw LocalClusterError(.start, "the cluster's process ended before it was ready; its log is \(state.log)", log: log)
        case .timedOut:
            _ = try await ClusterProcess(state: state, time: time).stop(budget: Self.stopBudget)
            let log = LogTail.read(state.log, from: logStart, lines: 10)
            throw LocalClusterError(
                .notReady,
                "the cluster was not ready in 60 s and was stopped; its log is \(state.log)",
                log: log
            )
        }
        do {
            let context = try Self.context(state, record)
            try await editor.edit { config in
                context.merge(into: &config)
                return true
            }
            record.kubeconfig = editor.path
            try state.write(record)
        } catch {
            _ = try await ClusterProcess(state: state, time: time).stop(budget: Self.stopBudget)
            throw error
        }
        return LocalClusterStart(wasRunning: false, record: record)
    }

    /// Stops the cluster and takes its context out of the kubeconfig. The state stays, for the next `up`.
    ///
    /// - Throws: ``LocalClusterError`` when the process does not end, or the kubeconfig cannot be changed.
    public func down() async throws -> LocalClusterStop {
        let state = try LocalState(options.stateDirectory)
        let killed = try await ClusterProcess(state: state, time: time).stop(budget: Self.stopBudget)
        let record = try state.record()
        for path in Set([record?.kubeconfig, try kubeconfigEditor().path].compactMap(\.self)) {
            let editor = KubeconfigEditor(path: path, time: time)
            guard try Self.isOurs(editor.read(), record) else { continue }
            try await editor.edit { KubeconfigContext.remove(from: &$0) }
        }
        switch killed {
        case nil: return .notRunning
        case false?: return .stopped
        case true?: return .killed
        }
    }

    /// What a lock that is held means to someone who wants to start a cluster.
    static func runningMessage(_ directory: String) -> String {
        "a local cluster runs or is being started in \(directory); see it with `agentctl local status`, stop it with `agentctl local down`"
    }

    /// Another cluster, of another state directory, may have taken the name since.
    private static func isOurs(_ config: Kubeconfig, _ record: RunRecord?) -> Bool {
        guard let entry = config.entry(KubeconfigContext.name, in: .clusters) else {
            return config.entry(KubeconfigContext.name, in: .contexts) != nil
        }
        return record == nil || entry["server"]?.string == record?.server
    }

    private func alreadyRunning(_ state: LocalState) async throws -> LocalClusterStart {
        let status = try await status()
        guard status.isAPIReachable, let record = try state.record() else {
            throw LocalClusterError(.running, Self.runningMessage(state.directory.path))
        }
        return LocalClusterStart(wasRunning: true, record: record)
    }

    private func kubeconfigEditor() throws(LocalClusterError) -> KubeconfigEditor {
        KubeconfigEditor(path: try KubeconfigLocation.path(explicit: kubeconfig, environment: environment), time: time)
    }

    private static func context(_ state: LocalState, _ record: RunRecord) throws -> KubeconfigContext {
        KubeconfigContext(
            server: record.server,
            authority: try ServingCertificate(directory: try state.directory.directory("pki")).authority,
            token: try StoredToken.load(in: state.directory)
        )
    }

    private func resolvedExecutable() throws(LocalClusterError) -> String {
        guard let path = realpath(executable, nil) else {
            throw LocalClusterError(.start, "the path of this program cannot be found: \(String(cString: strerror(errno)))")
        }
        defer { free(path) }
        return String(cString: path)
    }
}

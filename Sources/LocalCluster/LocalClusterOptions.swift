// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a local cluster is set up.
public struct LocalClusterOptions: Sendable, Hashable {
    /// Where database, certificates, token, log and records are.
    public var stateDirectory: String

    /// The API server's port on 127.0.0.1; nil for the one of the last time when it is free, else any.
    public var port: Int?

    /// How many operators run: 0 leaves the operator to be run by hand, 1 runs it in the cluster's process, and more run in processes of
    /// their own besides, of which one leads at a time.
    public var replicas: Int

    /// Whether a node runs, which runs pods as sandboxed processes of this host.
    public var runsNode: Bool

    /// A file for the audit log of all writes over the API; nil for none.
    public var auditLog: String?

    /// The log level of the cluster's process, by swift-log's name.
    public var logLevel: String

    /// Options; by default everything a newcomer needs.
    public init(
        stateDirectory: String,
        port: Int? = nil,
        replicas: Int = 1,
        runsNode: Bool = true,
        auditLog: String? = nil,
        logLevel: String = "info"
    ) {
        self.stateDirectory = stateDirectory
        self.port = port
        self.replicas = replicas
        self.runsNode = runsNode
        self.auditLog = auditLog
        self.logLevel = logLevel
    }

    /// The most operators.
    public static let maximumReplicas = 9

    /// The state directory when none is given: `$XDG_STATE_HOME/agenttask`, else `~/.local/state/agenttask`.
    ///
    /// - Throws: ``LocalClusterError`` when the environment names no home directory.
    public static func defaultStateDirectory(environment: [String: String]) throws(LocalClusterError) -> String {
        // Relative paths are to be ignored, says the XDG specification.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/agenttask" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw LocalClusterError(
                .options,
                "HOME is not set, so there is no place for the cluster's state; name one with --state-directory"
            )
        }
        return home + "/.local/state/agenttask"
    }

    /// Checks the values.
    ///
    /// - Throws: ``LocalClusterError`` with the code `options`.
    public func validate() throws(LocalClusterError) {
        guard stateDirectory.hasPrefix("/") else {
            throw LocalClusterError(.options, "the state directory \"\(stateDirectory)\" is not an absolute path")
        }
        guard (0...Self.maximumReplicas).contains(replicas) else {
            throw LocalClusterError(
                .options,
                "--replicas \(replicas) is not possible; use 1 to \(Self.maximumReplicas), or 0 to run the operator by hand"
            )
        }
        if let auditLog, !auditLog.hasPrefix("/") {
            throw LocalClusterError(.options, "the audit log \"\(auditLog)\" is not an absolute path")
        }
        if let port, !(0...65535).contains(port) {
            throw LocalClusterError(.options, "--port \(port) is not a port; use a number from 1 to 65535, or 0 for any")
        }
    }
}

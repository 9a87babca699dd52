// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser

/// The flags of the operator, with the names that operators built with kubebuilder use.
public struct OperatorOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp("Path of a kubeconfig. Without it: $KUBECONFIG, then the pod's service account, then ~/.kube/config.")
    )
    public var kubeconfig: String?

    @Option(help: ArgumentHelp("Namespaces to serve, separated by commas; all when absent.", valueName: "a,b"))
    public var namespaces: String?

    @Option(help: ArgumentHelp("How many tasks are reconciled at the same time, 1 to 256.", valueName: "n"))
    public var workers: Int = 8

    @Option(help: ArgumentHelp("Where /metrics is served, as in :8080; 0 turns it off.", valueName: "address"))
    public var metricsBindAddress: String = ":8080"

    @Option(help: ArgumentHelp("Where /healthz and /readyz are served, as in :8081; 0 turns it off.", valueName: "address"))
    public var healthProbeBindAddress: String = ":8081"

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    public var logLevel: String = "info"

    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    public var logFormat: String = "text"

    @Option(help: ArgumentHelp("How many seconds a finished pod is kept for `kubectl logs`, 0 to 86400.", valueName: "seconds"))
    public var finishedPodRetention: Int = 300

    @Flag(
        help: ArgumentHelp(
            "Admit tasks that take code from a ConfigMap or a variable from a Secret, though nothing checks that their creator may read it. For clusters with one user."
        )
    )
    public var allowUnverifiedReferences = false

    @OptionGroup(title: "Leader election")
    public var leaderElection: LeaderElectionFlags

    /// For a parent that keeps the other end of a pipe: when the parent has gone, however it went, the pipe ends.
    @Flag(help: ArgumentHelp("Stop in order when standard input ends.", visibility: .hidden))
    public var stopOnInputEnd = false

    public init() {}

    public func validate() throws {
        guard (1...256).contains(workers) else { throw ValidationError("--workers is \(workers); use a number from 1 to 256") }
        guard (0...86_400).contains(finishedPodRetention) else {
            throw ValidationError("--finished-pod-retention is \(finishedPodRetention); use a number of seconds from 0 to 86400")
        }
        guard ["text", "json"].contains(logFormat) else {
            throw ValidationError("--log-format is '\(logFormat)'; use text or json")
        }
        guard ["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(logLevel) else {
            throw ValidationError("--log-level is '\(logLevel)'; use trace, debug, info, notice, warning, error or critical")
        }
        guard namespaces.map({ !Self.split($0).isEmpty }) ?? true else {
            throw ValidationError("--namespaces is empty; name at least one namespace or leave the flag out")
        }
    }

    /// The namespaces to serve, nil for all.
    public var namespaceList: [String]? { namespaces.map(Self.split) }

    private static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import ControllerServing

/// The flags of the operator: those that every controller has, and its own. `docs/flags.md` lists them.
public struct OperatorOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The namespaces to serve.",
            discussion: "Names separated by commas; all namespaces when absent.",
            valueName: "a,b"
        )
    )
    public var namespaces: String?

    @Option(
        help: ArgumentHelp("How many tasks are reconciled at the same time.", discussion: "Tasks, 1 to 256.", valueName: "n")
    )
    public var workers: Int = 8

    @Option(
        help: ArgumentHelp(
            "How long a finished pod is kept for `kubectl logs`.",
            discussion: "Seconds, 0 to 86400.",
            valueName: "seconds"
        )
    )
    public var finishedPodRetention: Int = 300

    @Flag(
        help: ArgumentHelp(
            "Admit tasks that take code from a ConfigMap or a variable from a Secret, though nothing checks that their creator may read it. For clusters with one user."
        )
    )
    public var allowUnverifiedReferences = false

    @Flag(
        help: ArgumentHelp(
            "Let the ConfigMap agenttask-runtime-profiles of a task's own namespace name profiles, after the one in the operator's namespace. Whoever may write ConfigMaps there chooses images."
        )
    )
    public var allowNamespacedProfiles = false

    /// The flags of the admission webhook.
    @OptionGroup(title: "Webhook")
    public var webhook: WebhookFlags

    /// The flags of every controller.
    @OptionGroup
    public var controller: ControllerFlags

    /// For a parent that keeps the other end of a pipe: when the parent has gone, however it went, the pipe ends.
    @Flag(help: ArgumentHelp("Stop in order when standard input ends.", visibility: .hidden))
    public var stopOnInputEnd = false

    public init() {}

    public func validate() throws {
        guard (1...256).contains(workers) else { throw ValidationError("--workers is \(workers); use a number from 1 to 256") }
        guard (0...86_400).contains(finishedPodRetention) else {
            throw ValidationError("--finished-pod-retention is \(finishedPodRetention); use a number of seconds from 0 to 86400")
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

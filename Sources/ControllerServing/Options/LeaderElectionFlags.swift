// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import ControllerRuntime

/// The flags of leader election, with the names that operators built with kubebuilder and Kubernetes' own components use. Any operator can
/// take them as an option group.
public struct LeaderElectionFlags: ParsableArguments, Sendable {
    @Flag(help: ArgumentHelp("Let one of several replicas work at a time; the others stand by with warm caches."))
    public var leaderElect = false

    @Option(
        help: ArgumentHelp(
            "How long the others wait after the leader was last seen to renew.",
            discussion: "A duration in whole seconds, 1s or more, and more than the renew deadline.",
            valueName: "duration"
        )
    )
    public var leaderElectLeaseDuration = FlagDuration(seconds: 15)

    @Option(
        help: ArgumentHelp(
            "How long the leader tries to renew before it gives up.",
            discussion: "A duration, less than the lease and more than 1.2 retry periods.",
            valueName: "duration"
        )
    )
    public var leaderElectRenewDeadline = FlagDuration(seconds: 10)

    @Option(
        help: ArgumentHelp(
            "How often the leader renews, and others try again.",
            discussion: "A duration of more than 0.",
            valueName: "duration"
        )
    )
    public var leaderElectRetryPeriod = FlagDuration(seconds: 2)

    @Option(
        help: ArgumentHelp(
            "The lease's namespace.",
            discussion: "A namespace; the pod's own, or the kubeconfig's, when absent.",
            valueName: "namespace"
        )
    )
    public var leaderElectionNamespace: String?

    @Option(
        help: ArgumentHelp(
            "The lease's name.",
            discussion: "An object's name, the same for all replicas; the program's own when absent.",
            valueName: "name"
        )
    )
    public var leaderElectionID: String?

    public init() {}

    public func validate() throws {
        guard leaderElect else { return }
        do throws(LeaderElectionError) {
            try options(defaultName: "default", defaultNamespace: "default", identity: "check").validate()
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// What the flags say.
    ///
    /// - Parameters:
    ///   - defaultName: The lease's name when no flag gives one: the program's own.
    ///   - defaultNamespace: For the lease, when no flag names one.
    ///   - identity: Who contends; unique to the process.
    public func options(defaultName: String, defaultNamespace: String, identity: String) -> LeaderElectionOptions {
        LeaderElectionOptions(
            leaseName: leaderElectionID ?? defaultName,
            leaseNamespace: leaderElectionNamespace ?? defaultNamespace,
            identity: identity,
            leaseDuration: leaderElectLeaseDuration.value,
            renewDeadline: leaderElectRenewDeadline.value,
            retryPeriod: leaderElectRetryPeriod.value
        )
    }
}

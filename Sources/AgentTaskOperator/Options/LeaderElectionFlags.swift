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
            "How long the others wait after the leader was last seen to renew; whole seconds.",
            valueName: "duration"
        )
    )
    public var leaderElectLeaseDuration = FlagDuration(seconds: 15)

    @Option(
        help: ArgumentHelp("How long the leader tries to renew before it gives up; less than the lease.", valueName: "duration")
    )
    public var leaderElectRenewDeadline = FlagDuration(seconds: 10)

    @Option(help: ArgumentHelp("How often the leader renews, and others try again.", valueName: "duration"))
    public var leaderElectRetryPeriod = FlagDuration(seconds: 2)

    @Option(help: ArgumentHelp("The lease's namespace; else the pod's own, or the kubeconfig's.", valueName: "namespace"))
    public var leaderElectionNamespace: String?

    @Option(help: ArgumentHelp("The lease's name; the same for all replicas.", valueName: "name"))
    public var leaderElectionID: String = "agenttask-operator"

    public init() {}

    public func validate() throws {
        guard leaderElect else { return }
        do throws(LeaderElectionError) {
            try options(defaultNamespace: "default", identity: "check").validate()
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// What the flags say.
    ///
    /// - Parameters:
    ///   - defaultNamespace: For the lease, when no flag names one.
    ///   - identity: Who contends; unique to the process.
    public func options(defaultNamespace: String, identity: String) -> LeaderElectionOptions {
        LeaderElectionOptions(
            leaseName: leaderElectionID,
            leaseNamespace: leaderElectionNamespace ?? defaultNamespace,
            identity: identity,
            leaseDuration: leaderElectLeaseDuration.value,
            renewDeadline: leaderElectRenewDeadline.value,
            retryPeriod: leaderElectRetryPeriod.value
        )
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser

/// The flags that every operator has, under the names that operators built with kubebuilder and Kubernetes' own components use.
///
/// An operator takes them as one option group and adds its own beside them:
///
///     @OptionGroup public var controller: ControllerFlags
///
/// Each flag's help says what it means; its discussion says the unit and the bounds. Values out of bounds are refused when the flags are
/// parsed, with the flag's name, what it was and what to use.
public struct ControllerFlags: ParsableArguments, Sendable {
    /// Which API server to use.
    @OptionGroup(title: "API server")
    public var connection: ConnectionFlags

    /// Whether and how one of several replicas works at a time.
    @OptionGroup(title: "Leader election")
    public var leaderElection: LeaderElectionFlags

    /// Where metrics and probes are served.
    @OptionGroup(title: "Serving")
    public var serving: ServingFlags

    /// How long an orderly stop may take.
    @OptionGroup(title: "Shutdown")
    public var shutdown: ShutdownFlags

    /// What is logged, and how.
    @OptionGroup(title: "Logging")
    public var logging: LogFlags

    public init() {}
}

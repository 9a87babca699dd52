// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import ControllerRuntime

/// The flags that say how long an orderly stop may take.
public struct ShutdownFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "How long, after SIGTERM, requests are served while /readyz fails, so that load balancers notice.",
            discussion: "A duration, 0 to 1h.",
            valueName: "duration"
        )
    )
    public var shutdownDelayDuration = FlagDuration(seconds: 0)

    @Option(
        help: ArgumentHelp(
            "How long, after that, running reconciles may take to end before they are canceled.",
            discussion: "A duration, 0 to 1h; less than the pod's terminationGracePeriodSeconds.",
            valueName: "duration"
        )
    )
    public var gracefulShutdownTimeout = FlagDuration(seconds: 20)

    public init() {}

    public func validate() throws {
        for (flag, duration) in [
            ("--shutdown-delay-duration", shutdownDelayDuration), ("--graceful-shutdown-timeout", gracefulShutdownTimeout),
        ] where duration.value > .seconds(3600) {
            throw ValidationError("\(flag) is \(duration); use a duration from 0 to 1h")
        }
    }

    /// What the flags say to a manager.
    public var managerOptions: ManagerOptions {
        ManagerOptions(drainBudget: gracefulShutdownTimeout.value, shutdownDelay: shutdownDelayDuration.value)
    }
}

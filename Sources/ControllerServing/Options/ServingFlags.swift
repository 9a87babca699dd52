// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
public import ControllerRuntime

/// The flags that say where metrics and probes are served.
public struct ServingFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Where /metrics is served.",
            discussion: "HOST:PORT, or :PORT for all addresses; 0 for nowhere.",
            valueName: "address"
        )
    )
    public var metricsBindAddress: String = ":8080"

    @Option(
        help: ArgumentHelp(
            "Where /healthz and /readyz are served; may be that of the metrics.",
            discussion: "HOST:PORT, or :PORT for all addresses; 0 for nowhere.",
            valueName: "address"
        )
    )
    public var healthProbeBindAddress: String = ":8081"

    public init() {}

    public func validate() throws {
        for (flag, text) in [
            ("--metrics-bind-address", metricsBindAddress), ("--health-probe-bind-address", healthProbeBindAddress),
        ] {
            do throws(ServingError) { _ = try BindAddress.parse(text) } catch {
                throw ValidationError("\(flag): \(error.message)")
            }
        }
    }

    /// The servers that the flags ask for: none, one or two.
    ///
    /// - Throws: ``ServingError`` with the code `badAddress`.
    public func makeServers(environment: RuntimeEnvironment) throws(ServingError) -> [ControllerServer] {
        try ControllerServer.servers(
            metrics: metricsBindAddress,
            health: healthProbeBindAddress,
            environment: environment
        )
    }
}

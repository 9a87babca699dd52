// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta

/// Starts a sandbox that does nothing, to see whether the host allows it.
enum SandboxTrial {
    /// What failed; nil when the trial succeeded.
    static func run(bubblewrap: String) async throws(LocalNodeError) -> String? {
        let host = try SandboxHost(bubblewrap: bubblewrap, name: "trial", wallNow: { MicroTime(microseconds: 0) })
        defer { host.stop() }
        let plan = SandboxPlan(
            hostname: "trial",
            command: ["/usr/bin/true"],
            environment: [],
            workingDirectory: "/",
            mounts: [],
            messagePath: "/dev/termination-log",
            limits: SandboxLimits(),
            system: HostSystem.current()
        )
        // Nothing is written there: the program has no output, and a failure is thrown.
        let log = ContainerLog(directory: "/nonexistent")
        let ends = AsyncStream<SandboxExit>.makeStream(bufferingPolicy: .bufferingNewest(1))
        _ = try await host.start(plan, log: log, name: "trial", beforeRelease: { _ in }, onExit: { ends.continuation.yield($0) })
        for await end in ends.stream {
            if let failure = end.startFailure { return failure }
            return end.exitCode == 0 ? nil : "the trial program ended with \(end.exitCode)"
        }
        return "the trial was canceled"
    }
}

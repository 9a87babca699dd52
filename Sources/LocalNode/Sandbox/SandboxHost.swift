// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesClient
package import KubernetesMeta

/// Starts sandboxes on this host and looks after them: the node without Kubernetes.
package final class SandboxHost: Sendable {
    private let host: SandboxStarter.Host
    private let launcher: SandboxLauncher
    private let pump: SandboxPump
    /// Users for sandboxes; nil when the node is an ordinary user and its sandboxes run as that user.
    private let identities: Locked<HostIdentityPool?>

    /// The sandboxes' share of the processors is bounded; elsewhere it is only what the kernel gives to equal users.
    package var boundsProcessors: Bool { host.cgroups != nil }

    /// Prepares what all sandboxes share.
    ///
    /// - Parameters:
    ///   - name: Names the node's cgroup.
    ///   - wallNow: The calendar, for log lines and end times.
    package init(bubblewrap: String, name: String, wallNow: @escaping @Sendable () -> MicroTime) throws(LocalNodeError) {
        Self.raiseDescriptorLimit()
        let isRoot = geteuid() == 0
        host = SandboxStarter.Host(
            bubblewrap: bubblewrap,
            filter: try SeccompFilter.program(),
            cgroups: isRoot ? CgroupShare.Hierarchy.find(nodeName: name) : nil
        )
        if isRoot {
            guard let pool = HostIdentityPool(uidMap: TextFile.text("/proc/self/uid_map") ?? "") else {
                throw LocalNodeError(
                    .host,
                    "root here has no other users to run sandboxes as (see /proc/self/uid_map); start the node as an ordinary user"
                )
            }
            identities = Locked(pool)
        } else {
            identities = Locked(nil)
        }
        pump = try SandboxPump(wallNow: wallNow)
        launcher = try SandboxLauncher()
    }

    /// Starts a sandbox and returns when its program runs.
    ///
    /// - Parameters:
    ///   - name: Unique among the running ones.
    ///   - beforeRelease: Called when the sandbox stands and its program does not run yet; when it throws, the sandbox is ended.
    ///   - onExit: Called once on the pump's thread when everything of the sandbox has ended; must not block.
    func start(
        _ plan: SandboxPlan,
        log: ContainerLog,
        name: String,
        beforeRelease: @escaping @Sendable (SandboxProcess) throws(LocalNodeError) -> Void,
        onExit: @escaping @Sendable (SandboxExit) -> Void
    ) async throws(LocalNodeError) -> SandboxProcess {
        let identity = try takeIdentity()
        let host = host
        let pump = pump
        do throws(LocalNodeError) {
            return try await launcher.perform { () throws(LocalNodeError) -> SandboxProcess in
                let paused = try SandboxStarter(host: host, plan: plan, identity: identity, name: name).start()
                let process = paused.process
                do throws(LocalNodeError) {
                    try beforeRelease(process)
                    pump.watch(
                        SandboxPump.Ward(process: process, log: log) { [self] exit in
                            giveBack(identity)
                            onExit(exit)
                        }
                    )
                } catch {
                    SandboxStarter.end(process.starter, process.starterHandle)
                    process.share?.remove()
                    throw error
                }
                do {
                    try paused.release()
                } catch {
                    process.kill()  // the pump reports the end
                }
                return process
            }
        } catch {
            giveBack(identity)
            throw error
        }
    }

    /// Ends the node's threads, and with them every sandbox.
    package func stop() {
        launcher.stop()
        pump.stop()
    }

    /// Each running sandbox takes about a dozen descriptors, and many systems start programs with a soft limit of 1024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < 65536 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private func takeIdentity() throws(LocalNodeError) -> HostIdentity? {
        let (isNeeded, identity) = identities.withLock { ($0 != nil, $0?.take()) }
        if isNeeded, identity == nil { throw LocalNodeError(.launch, "all host users for sandboxes are in use") }
        return identity
    }

    private func giveBack(_ identity: HostIdentity?) {
        guard let identity else { return }
        identities.withLock { $0?.giveBack(identity) }
    }
}

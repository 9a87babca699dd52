// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox
import Glibc

/// A sandbox whose program has been started (or is about to): its handles on the host.
///
/// Immutable; signals may be sent from any thread, also after the end, when they do nothing.
final class SandboxProcess: Sendable {
    /// bubblewrap itself, the parent of the program.
    let starter: pid_t
    let starterHandle: Descriptor
    /// The program as the host sees it; inside it is process 1.
    let program: pid_t
    let programHandle: Descriptor
    /// bubblewrap's reports; the last one tells the exit code.
    let status: Descriptor
    let output: Descriptor
    let errors: Descriptor
    /// The termination message, readable after the end.
    let message: Descriptor
    /// The writable directories by path, opened before the program ran: their content stays readable after the end.
    let volumes: [String: Descriptor]
    let identity: HostIdentity?
    let sampler: MemorySampler?
    let share: CgroupShare?

    init(
        starter: pid_t,
        starterHandle: Descriptor,
        program: pid_t,
        programHandle: Descriptor,
        status: Descriptor,
        output: Descriptor,
        errors: Descriptor,
        message: Descriptor,
        volumes: [String: Descriptor],
        identity: HostIdentity?,
        sampler: MemorySampler?,
        share: CgroupShare?
    ) {
        self.starter = starter
        self.starterHandle = starterHandle
        self.program = program
        self.programHandle = programHandle
        self.status = status
        self.output = output
        self.errors = errors
        self.message = message
        self.volumes = volumes
        self.identity = identity
        self.sampler = sampler
        self.share = share
    }

    /// Asks the program to end. As process 1 it does not notice a signal that it does not handle.
    func terminate() { _ = csandbox_pidfd_signal(programHandle.number, SIGTERM) }

    /// Ends everything in the sandbox.
    func kill() { _ = csandbox_pidfd_signal(programHandle.number, SIGKILL) }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox
import Glibc

/// What one sandbox may use.
struct SandboxLimits: Sendable, Hashable {
    /// Processes and threads, the program included.
    var processes: UInt64 = 64
    /// Open files per process.
    var openFiles: UInt64 = 1024
    /// Bytes of memory of the whole sandbox; nil when the container sets no limit.
    var memory: UInt64?
    /// Thousandths of a processor asked for; a weight against other sandboxes where a cgroup can be written.
    var processorRequest: UInt64 = 100
    /// Thousandths of a processor at most; nil without limit. Only where a cgroup can be written.
    var processorLimit: UInt64?

    /// Bytes of private writable memory that one process may map.
    ///
    /// A quarter above the sandbox's limit: the limit itself counts memory that is used, as in a container, and the sampler enforces it;
    /// this one stops what grows faster than the sampler looks. Address space is never limited, since Node reserves gigabytes of it.
    var processData: UInt64? { memory.map { $0 + max($0 / 4, 16 << 20) } }

    /// The limits that hold for each process inside.
    ///
    /// - Parameter largestFile: bytes of the largest writable volume; a file can be a little larger, so that a full volume is ENOSPC and
    ///   never the signal for a file that is too large.
    func processLimits(largestFile: UInt64) -> [csandbox_limit] {
        var limits = [
            csandbox_limit(resource: Int32(__RLIMIT_NPROC.rawValue), value: processes),
            csandbox_limit(resource: Int32(RLIMIT_NOFILE.rawValue), value: openFiles),
            csandbox_limit(resource: Int32(RLIMIT_CORE.rawValue), value: 0),
            csandbox_limit(resource: Int32(RLIMIT_FSIZE.rawValue), value: largestFile + (1 << 20)),
            csandbox_limit(resource: Int32(__RLIMIT_MEMLOCK.rawValue), value: 64 << 10),
            csandbox_limit(resource: Int32(__RLIMIT_SIGPENDING.rawValue), value: 1024),
        ]
        if let processData { limits.append(csandbox_limit(resource: Int32(RLIMIT_DATA.rawValue), value: processData)) }
        return limits
    }
}

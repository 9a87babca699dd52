// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Everything that decides what one sandbox is: a pod's container and the host's interpreter, resolved.
///
/// The plan is a value; `arguments` turns it into bubblewrap's command line. No host path other than the system's own directories gets
/// in: files come through descriptors, so the unprivileged user that bubblewrap runs as needs no access to the node's state.
struct SandboxPlan: Sendable, Hashable {
    /// The user inside, as in the pod.
    static let userID: UInt32 = 1000

    var hostname: String
    /// The program and its arguments.
    var command: [String]
    /// The whole environment, in order.
    var environment: [EnvironmentVariable]
    var workingDirectory: String
    /// The container's volumes.
    var mounts: [SandboxMount]
    /// The file for the termination message, mounted as a file of its own, as the kubelet does.
    var messagePath: String
    var limits: SandboxLimits
    /// What every sandbox of this host sees of it.
    var system: HostSystem

    /// Numbers of the descriptors that bubblewrap inherits.
    struct Descriptors: Sendable, Hashable {
        /// bubblewrap writes the program's host pid here, and the exit code at the end.
        var status: Int32
        var info: Int32
        /// bubblewrap waits here when all is set up, before it starts the program.
        var block: Int32
        var seccomp: Int32
        /// An empty file: the initial termination message.
        var message: Int32
        /// One per `fileContents`, in order.
        var files: [Int32]
    }

    /// The contents to hand over, in the order `Descriptors.files` numbers them.
    var fileContents: [[UInt8]] {
        orderedMounts.flatMap { mount -> [[UInt8]] in
            switch mount {
            case .readOnly(_, let files): files.map(\.bytes)
            case .file(_, let file): [file.bytes]
            case .host, .link, .scratch: []
            }
        }
    }

    /// Bytes of the largest writable directory.
    var largestScratch: UInt64 {
        orderedMounts.reduce(0) { if case .scratch(_, let size, _) = $1 { max($0, size) } else { $0 } }
    }

    /// Parents before what stands inside them; the pod's own volumes win over the system's at the same path.
    var orderedMounts: [SandboxMount] {
        let taken = Set(mounts.map(\.path))
        let all = system.mounts(hostname: hostname).filter { !taken.contains($0.path) } + mounts
        return all.enumerated()
            .sorted { ($0.element.path, $0.offset) < ($1.element.path, $1.offset) }
            .map(\.element)
    }
}

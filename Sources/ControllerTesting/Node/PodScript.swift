// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What happens to a pod on a simulated node.
public struct PodScript: Sendable, Hashable {
    /// How the container ends, or does not.
    public enum Ending: Sendable, Hashable {
        /// It exits on its own.
        case exit(code: Int32, after: Duration)
        /// It uses more memory than it may: exit code 137, reason `OOMKilled`.
        case outOfMemory(after: Duration)
        /// The command cannot be started: exit code 128, reason `StartError`, a start in 1970.
        case startError(message: String)
        /// It runs until it is stopped.
        case never
    }

    /// From the binding to the container's start.
    public var startDelay: Duration
    /// When not nil, the container never starts and waits for this reason, for example `ImagePullBackOff`.
    public var waitingReason: String?
    /// What the kubelet says to that.
    public var waitingMessage: String?
    /// How it ends.
    public var ending: Ending
    /// What it leaves as its termination message.
    public var message: String?
    /// Whether it ends at SIGTERM; else only when the grace period is over.
    public var heedsTermination: Bool

    /// A script; without anything said, a container that exits with 0 at once.
    public init(
        startDelay: Duration = .zero,
        waitingReason: String? = nil,
        waitingMessage: String? = nil,
        ending: Ending = .exit(code: 0, after: .zero),
        message: String? = nil,
        heedsTermination: Bool = true
    ) {
        self.startDelay = startDelay
        self.waitingReason = waitingReason
        self.waitingMessage = waitingMessage
        self.ending = ending
        self.message = message
        self.heedsTermination = heedsTermination
    }

    /// A container that exits with `code` after some time.
    public static func exits(_ code: Int32, after delay: Duration = .zero, message: String? = nil) -> PodScript {
        PodScript(ending: .exit(code: code, after: delay), message: message)
    }

    /// A container that runs until it is stopped.
    public static func runs(heedsTermination: Bool = true) -> PodScript {
        PodScript(ending: .never, heedsTermination: heedsTermination)
    }
}

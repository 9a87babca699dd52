// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One time of being leader: from the accepted write that took the lease until it was lost or given back.
///
/// Whatever only the leader may do is done under a term. A term that is over never comes back; when the same process is elected again, that
/// is another term. Copies share the deadline, which each renewal moves.
public struct LeadershipTerm: Sendable, CustomStringConvertible {
    /// The lease, as `namespace/name`.
    public let lease: String
    /// Who leads.
    public let identity: String
    /// The lease's transitions when it was taken: a later term of the lease has a higher one, as long as the lease is not deleted.
    public let epoch: Int
    private let state: TermState

    package init(lease: String, identity: String, epoch: Int, deadline: MonotonicInstant) {
        self.lease = lease
        self.identity = identity
        self.epoch = epoch
        state = TermState(deadline: deadline)
    }

    /// The term that the present task works under; nil for work that is nobody's in particular.
    ///
    /// The manager sets it for everything that needs leadership, and child tasks inherit it, so a write is always made under the term it was
    /// decided under, also when the process has been elected again in the meantime.
    @TaskLocal public static var current: LeadershipTerm?

    /// Until when writes may be started, on this process's clock, which counts suspension. In the past when the term is over.
    public var deadline: MonotonicInstant { state.deadline }

    /// Whether a write may be started at `now`.
    public func mayWrite(at now: MonotonicInstant) -> Bool { now < state.deadline }

    /// Suspends until the term is over or the task is canceled.
    public func waitUntilOver() async { _ = await state.over.wait() }

    /// Names lease, epoch and holder, for logs and the User-Agent.
    public var description: String { "\(lease)#\(epoch) (\(identity))" }

    /// A renewal has been accepted. A term that is over stays so.
    func extend(to deadline: MonotonicInstant) { state.extend(to: deadline) }

    /// Lets no write start from now on.
    func end(at now: MonotonicInstant) { state.end(at: now) }

    /// When it was noticed that the term is over.
    var endedAt: MonotonicInstant? { state.over.value }
}

extension LeadershipTerm: Hashable {
    /// Whether both are the same term, not only equal in what they say.
    public static func == (lhs: LeadershipTerm, rhs: LeadershipTerm) -> Bool { lhs.state === rhs.state }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(state)) }
}

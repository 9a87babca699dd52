// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesMeta

/// The life of one pod on this node: events in, actions out. Everything else carries them out.
///
/// A program is started at most once per pod. What is asked for (deadline, deletion) is read from the object each time it is observed,
/// so a deadline that is lowered later counts from then on.
struct PodLifecycle: Sendable, Hashable {
    enum Stage: Sendable, Hashable {
        case new
        /// Cannot be started now; tried again.
        case waiting(PodProblem, failures: Int, retryAt: MonotonicInstant)
        /// Its sandbox is being set up.
        case starting(failures: Int)
        case running(Running)
        case ended(Ended)
    }

    struct Running: Sendable, Hashable {
        let startedAt: MicroTime
        var stop: Stop?
    }

    /// A stop that is under way.
    struct Stop: Sendable, Hashable {
        enum Cause: Sendable, Hashable { case deadline, deletion }
        var cause: Cause
        var killAt: MonotonicInstant
        var isKilled = false
    }

    /// How it ended.
    enum Ended: Sendable, Hashable {
        /// Its program ran, or could not be executed.
        case exited(SandboxExit, startedAt: MicroTime, cause: Stop.Cause?)
        /// Stopped before its program ran.
        case neverStarted(Stop.Cause)
        case refused(String)
        /// It ran when an earlier node process ended.
        case lost
        /// The object said so when this node process first saw it.
        case reported
    }

    enum Event: Sendable, Hashable {
        /// The object as it is now. `wasStarted`: a record of an earlier node process says so.
        case observed(PodFacts, wasStarted: Bool)
        /// The object does not exist any more.
        case vanished
        case startFailed(PodProblem)
        case started(at: MicroTime)
        case exited(SandboxExit)
    }

    enum Action: Sendable, Hashable {
        /// Set the sandbox up; answer with `started` or `startFailed`.
        case start
        case terminate
        case kill
        /// Handle `observed` again at this time.
        case wake(at: MonotonicInstant)
        /// Once the status says the end: tell the API server that nothing of the pod is left.
        case confirmDeletion
        /// Remove everything that is kept of the pod.
        case forget
    }

    /// First wait before another try, doubled up to the second value, as a kubelet pulls images.
    static let retryDelays: (first: Duration, last: Duration) = (.seconds(10), .seconds(300))

    private(set) var stage = Stage.new
    /// When the node took the pod.
    let acceptedAt: MonotonicInstant

    init(acceptedAt: MonotonicInstant) { self.acceptedAt = acceptedAt }

    mutating func handle(_ event: Event, now: MonotonicInstant) -> [Action] {
        switch event {
        case .observed(let facts, let wasStarted): observed(facts, wasStarted: wasStarted, now: now)
        case .vanished: vanished()
        case .startFailed(let problem): startFailed(problem, now: now)
        case .started(let time): started(time)
        case .exited(let exit): exited(exit)
        }
    }

    // MARK: Events

    private mutating func observed(_ facts: PodFacts, wasStarted: Bool, now: MonotonicInstant) -> [Action] {
        let deadline = facts.activeDeadline.map { acceptedAt.advanced(by: .seconds($0)) }
        switch stage {
        case .new, .waiting:
            if case .new = stage {
                if facts.isTerminal { return end(.reported, facts) }
                if wasStarted || facts.hasStarted { return end(.lost, facts) }
                if let refusal = facts.refusal { return end(.refused(refusal), facts) }
            }
            if facts.deletionGrace != nil { return end(.neverStarted(.deletion), facts) }
            if let deadline, deadline <= now { return end(.neverStarted(.deadline), facts) }
            if case .waiting(_, let failures, let retryAt) = stage {
                guard retryAt <= now else { return [.wake(at: min(retryAt, deadline ?? retryAt))] }
                stage = .starting(failures: failures)
            } else {
                stage = .starting(failures: 0)
            }
            return [.start]
        case .starting:
            return []
        case .running(var running):
            let actions = stopIfAsked(&running, facts, deadline: deadline, now: now)
            stage = .running(running)
            return actions
        case .ended:
            return facts.deletionGrace != nil ? [.confirmDeletion] : []
        }
    }

    private func stopIfAsked(
        _ running: inout Running,
        _ facts: PodFacts,
        deadline: MonotonicInstant?,
        now: MonotonicInstant
    ) -> [Action] {
        var actions: [Action] = []
        if running.stop == nil {
            if let deadline, deadline <= now {
                running.stop = Stop(cause: .deadline, killAt: now.advanced(by: .seconds(facts.grace)))
                actions.append(.terminate)
            } else if let grace = facts.deletionGrace {
                running.stop = Stop(cause: .deletion, killAt: now.advanced(by: .seconds(grace)))
                actions.append(.terminate)
            }
        }
        guard var stop = running.stop else { return deadline.map { [.wake(at: $0)] } ?? [] }
        // A deletion may shorten a grace that already runs, never lengthen it.
        if let grace = facts.deletionGrace { stop.killAt = min(stop.killAt, now.advanced(by: .seconds(grace))) }
        if !stop.isKilled {
            if stop.killAt <= now {
                stop.isKilled = true
                actions.append(.kill)
            } else {
                actions.append(.wake(at: stop.killAt))
            }
        }
        running.stop = stop
        return actions
    }

    private mutating func vanished() -> [Action] {
        switch stage {
        case .running(var running):
            running.stop = Stop(cause: .deletion, killAt: acceptedAt, isKilled: true)
            stage = .running(running)
            return [.kill]
        case .starting:
            return []
        case .new, .waiting, .ended:
            return [.forget]
        }
    }

    private mutating func startFailed(_ problem: PodProblem, now: MonotonicInstant) -> [Action] {
        guard case .starting(let failures) = stage else { return [] }
        var delay = Self.retryDelays.first
        for _ in 0..<min(failures, 10) where delay < Self.retryDelays.last { delay = min(delay * 2, Self.retryDelays.last) }
        // What is missing in the API may appear at any moment, and looking costs little.
        if problem.reason == .configuration { delay = Self.retryDelays.first }
        stage = .waiting(problem, failures: failures + 1, retryAt: now.advanced(by: delay))
        return [.wake(at: now.advanced(by: delay))]
    }

    private mutating func started(_ time: MicroTime) -> [Action] {
        guard case .starting = stage else { return [] }
        stage = .running(Running(startedAt: time))
        return []
    }

    private mutating func exited(_ exit: SandboxExit) -> [Action] {
        guard case .running(let running) = stage else { return [] }
        stage = .ended(.exited(exit, startedAt: running.startedAt, cause: running.stop?.cause))
        return []
    }

    private mutating func end(_ ended: Ended, _ facts: PodFacts) -> [Action] {
        stage = .ended(ended)
        return facts.deletionGrace != nil ? [.confirmDeletion] : []
    }
}

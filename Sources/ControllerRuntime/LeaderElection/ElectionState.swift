// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCoordination

/// Decides for one contender: when to read and write the lease, and when leadership begins and ends. A pure value; ``LeaderElector`` does.
///
/// The rules of client-go's `tools/leaderelection`, with these differences: leadership counts from the *start* of the write that the server
/// accepted, not from its answer; a new term always has a new epoch; a lease that vanishes while it is held counts as held until it would
/// have expired; a leader that finds its lease gone or changed ends its term instead of taking the lease again.
struct ElectionState: Sendable {
    enum Phase: Sendable, Hashable {
        /// Waits for the lease to be free, and takes it then.
        case following
        case leading(epoch: Int32, deadline: MonotonicInstant)
        /// The term is over, its work may not be. The lease is left alone.
        case ending
        /// Will not contend any more; gives the lease back once the request that is on its way has ended.
        case stopping
        case stopped
    }

    /// A lease and since when this contender has seen it in that state.
    struct Observation: Sendable, Hashable {
        var lease: Lease
        var since: MonotonicInstant
    }

    /// The one request that is on its way.
    enum Request: Sendable, Hashable {
        case read(started: MonotonicInstant)
        case write(Purpose, started: MonotonicInstant)

        enum Purpose: Sendable, Hashable { case acquire(epoch: Int32), renew, release }
    }

    let options: LeaderElectionOptions
    private(set) var phase = Phase.following
    private(set) var observation: Observation?
    private(set) var request: Request?
    /// Whether the lease did not exist when it was last heard of.
    private var isAbsent = false
    private var isWatching = false
    /// The highest epoch that was ever seen: a lease that is made anew goes on from there.
    private var highestEpoch: Int32 = -1
    /// Before this nothing is tried.
    private var nextTry = MonotonicInstant(nanoseconds: .min)
    /// What is known of the lease may be out of date: read it before the next write.
    private var mustRead = true
    /// Writes in a row that were refused because somebody else had written.
    private var refusals = 0
    private var releases = false
    private var random: RandomSource

    init(options: LeaderElectionOptions, random: RandomSource) {
        self.options = options
        self.random = random
    }

    mutating func handle(_ event: ElectionEvent, now: MonotonicInstant) -> [ElectionAction] {
        var actions: [ElectionAction] = []
        // Nothing that comes in makes good a deadline that has passed.
        if case .leading(_, let deadline) = phase, now >= deadline {
            actions += end("the lease could not be renewed within \(options.renewDeadline)")
        }
        switch event {
        case .started, .woke: break
        case .watch(let isOpen):
            isWatching = isOpen
            // What was missed while nobody watched is read.
            if !isOpen { nextTry = max(nextTry, now.advanced(by: retryDelay())) }
        case .observed(let lease, let exists): actions += observe(lease, exists: exists, now: now)
        case .answered(let answer): actions += take(answer, now: now)
        case .workEnded:
            guard phase == .ending else { break }
            phase = .following
            actions.append(.follow(leader: holder))
        case .stop(let release): actions += stop(release: release)
        }
        actions += next(now: now)
        return actions
    }

    // MARK: What comes in

    /// Hears of the lease from the watch. News from before what is known already is dropped.
    private mutating func observe(_ lease: Lease, exists: Bool, now: MonotonicInstant) -> [ElectionAction] {
        if let known = observation?.lease.revision,
            known == lease.revision || ResourceRevision.isAtLeast(lease.revision, known) != true
        {
            return []
        }
        return note(exists ? lease : nil, now: now)
    }

    /// Takes over what the server says of the lease; nil when there is none.
    private mutating func note(_ lease: Lease?, now: MonotonicInstant) -> [ElectionAction] {
        let before = holder
        isAbsent = lease == nil
        if let lease {
            highestEpoch = max(highestEpoch, lease.epoch)
            // Only a change of the record is a sign of life.
            let since = observation.map { $0.lease.spec == lease.spec ? $0.since : now } ?? now
            observation = Observation(lease: lease, since: since)
        }
        if case .leading(let epoch, _) = phase {
            guard let lease else { return end("the lease was deleted") }
            guard lease.holder == options.identity, lease.epoch == epoch else {
                return end("the lease was taken by \(lease.holder.isEmpty ? "nobody" : lease.holder)")
            }
            return []
        }
        return holder == before || phase != .following ? [] : [.follow(leader: holder)]
    }

    private mutating func take(_ answer: ElectionEvent.Answer, now: MonotonicInstant) -> [ElectionAction] {
        guard let answered = request else { return [] }
        request = nil
        switch (answered, answer) {
        case (.read, .lease(let lease)):
            mustRead = false
            if refusals > 1 { refusals = 0 }
            nextTry = isLeading ? now : now.advanced(by: retryDelay())
            // The watch may have been faster.
            if let lease, let known = observation?.lease.revision, ResourceRevision.isAtLeast(lease.revision, known) == false {
                return []
            }
            return note(lease, now: now)
        case (.write(let purpose, let started), .lease(let lease?)):
            refusals = 0
            return accepted(purpose, started: started, lease, now: now)
        case (.write(let purpose, _), .refused):
            refusals += 1
            mustRead = true
            // Once is a race, and the winner is known after a read; more often somebody writes all the time.
            nextTry = refusals > 1 ? now.advanced(by: retryDelay()) : now
            return purpose == .renew ? [.countSlowPath] : []
        case (_, .failed(let message)):
            mustRead = true
            nextTry = now.advanced(by: retryDelay())
            // A leader that has waited for an answer long enough need not wait once more.
            if isLeading { nextTry = max(now, answered.started.advanced(by: options.retryPeriod)) }
            return (answered.isRenewal ? [.countSlowPath] : []) + [.log(message)]
        case (.read, .refused), (.write, .lease(nil)):
            mustRead = true
            nextTry = now.advanced(by: retryDelay())
            return []
        }
    }

    private mutating func accepted(
        _ purpose: Request.Purpose,
        started: MonotonicInstant,
        _ lease: Lease,
        now: MonotonicInstant
    ) -> [ElectionAction] {
        let actions = note(lease, now: now)
        let deadline = started.advanced(by: options.renewDeadline)
        switch (purpose, phase) {
        case (.acquire(let epoch), .following):
            mustRead = false
            guard now < deadline else {
                // The answer came too late to lead by it.
                nextTry = now
                return actions
            }
            phase = .leading(epoch: epoch, deadline: deadline)
            nextTry = started.advanced(by: options.retryPeriod)
            return [.lead(epoch: Int(epoch), deadline: deadline)]
        case (.renew, .leading(let epoch, let old)):
            mustRead = false
            phase = .leading(epoch: epoch, deadline: max(old, deadline))
            nextTry = started.advanced(by: options.retryPeriod)
            return actions + [.extend(deadline: deadline)]
        case (.release, _):
            phase = .stopped
            return actions + [.stopped]
        default: return actions
        }
    }

    private mutating func stop(release: Bool) -> [ElectionAction] {
        var actions: [ElectionAction] = []
        if case .leading = phase {
            actions = end(release ? "the process stops" : "the process stops without giving the lease back")
        }
        guard phase != .stopped else { return [] }
        releases = release
        phase = .stopping
        return actions
    }

    private mutating func end(_ reason: String) -> [ElectionAction] {
        phase = .ending
        mustRead = true
        return [.end(reason: reason)]
    }

    // MARK: What is next

    /// What there is to do at `now`, and when to look again.
    private mutating func next(now: MonotonicInstant) -> [ElectionAction] {
        switch phase {
        case .ending, .stopped: return [.wake(at: nil)]
        case .stopping: return nextOfStopping(now: now)
        case .leading(_, let deadline):
            guard request == nil else { return [.wake(at: deadline)] }
            guard now >= nextTry else { return [.wake(at: min(nextTry, deadline))] }
            return [begin(now: now), .wake(at: deadline)]
        case .following:
            guard request == nil else { return [.wake(at: nil)] }
            let due = dueOfFollowing
            guard now >= due else { return [.wake(at: due)] }
            return [begin(now: now), .wake(at: nil)]
        }
    }

    private mutating func nextOfStopping(now: MonotonicInstant) -> [ElectionAction] {
        // Whatever else comes in, a release that is on its way is waited for: who stops now would call it back.
        if let request, releases || request.isRelease { return [.wake(at: nil)] }
        guard releases, !isAbsent, let lease = observation?.lease, lease.holder == options.identity else {
            phase = .stopped
            return [.wake(at: nil), .stopped]
        }
        releases = false
        request = .write(.release, started: now)
        return [.wake(at: nil), .update(lease, holder: nil, epoch: lease.epoch, acquires: true)]
    }

    /// When a follower has something to do: at once when the lease is free, exactly when it expires; before that it reads when no watch
    /// would tell of a renewal.
    private var dueOfFollowing: MonotonicInstant {
        if mustRead { return nextTry }
        guard let expiry else { return isAbsent || isFree ? MonotonicInstant(nanoseconds: .min) : nextTry }
        return isWatching ? expiry : min(expiry, nextTry)
    }

    private var isLeading: Bool { if case .leading = phase { true } else { false } }

    private var isFree: Bool { observation.map { $0.lease.holder.isEmpty || $0.lease.holder == options.identity } ?? false }

    /// When the lease that another one holds expires; nil when no other one holds it.
    private var expiry: MonotonicInstant? {
        guard let observation, !isFree else { return nil }
        return observation.since.advanced(by: observation.lease.duration ?? options.leaseDuration)
    }

    private mutating func begin(now: MonotonicInstant) -> ElectionAction {
        if case .leading(let epoch, _) = phase, !mustRead, let lease = observation?.lease {
            request = .write(.renew, started: now)
            return .update(lease, holder: options.identity, epoch: epoch, acquires: false)
        }
        if case .following = phase, !mustRead, mayTake(at: now) {
            let epoch = highestEpoch == .max ? .max : highestEpoch + 1
            request = .write(.acquire(epoch: epoch), started: now)
            guard !isAbsent, let lease = observation?.lease else { return .create(holder: options.identity, epoch: epoch) }
            return .update(lease, holder: options.identity, epoch: epoch, acquires: true)
        }
        request = .read(started: now)
        return .read
    }

    private func mayTake(at now: MonotonicInstant) -> Bool {
        if let expiry { return now >= expiry }
        return isAbsent || isFree
    }

    private func retryDelay() -> Duration {
        var random = random
        // As client-go's JitterUntil with a factor of 1.2.
        return options.retryPeriod * Double.random(in: 1..<2.2, using: &random)
    }

    /// Who holds the lease; nil for nobody.
    private var holder: String? {
        guard !isAbsent, let holder = observation?.lease.holder, !holder.isEmpty else { return nil }
        return holder
    }
}

extension ElectionState.Request {
    fileprivate var isRenewal: Bool { if case .write(.renew, _) = self { true } else { false } }
    fileprivate var isRelease: Bool { if case .write(.release, _) = self { true } else { false } }

    fileprivate var started: MonotonicInstant {
        switch self {
        case .read(let started), .write(_, let started): started
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import KubernetesCoordination
import KubernetesMeta

@testable import ControllerRuntime

/// Many contenders, one lease and a bad network, in simulated true time. Each contender has a clock of its own, which runs too fast or too
/// slow by at most a bound and begins anywhere. Requests and answers are lost, delayed and overtaken; contenders are suspended and killed.
struct ElectionSimulation {
    struct Contender {
        var state: ElectionState
        var rate: Double
        var offset: Double
        var wakes: MonotonicInstant?
        /// When the deadline of the present term has passed, by the gate: that is what a write asks, whatever the state machine has heard.
        var deadline: MonotonicInstant?
        var suspendedUntil = 0.0
        var isWatching = false
        var request = 0
        /// Until when the work of a term that ended goes on; it must not start writes any more.
        var workEndsAt: Double?

        func local(_ time: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64((time * rate + offset) * 1e9)) }
        func trueTime(_ instant: MonotonicInstant) -> Double { (Double(instant.nanoseconds) / 1e9 - offset) / rate }
        func mayWrite(_ time: Double) -> Bool { deadline.map { local(time) < $0 } ?? false }
    }

    enum Step {
        case arrives(contender: Int, request: Int, ElectionAction)
        case event(contender: Int, ElectionEvent, request: Int?)
        case wake(contender: Int)
        case watch(contender: Int)
        case chaos
    }

    private(set) var now = 0.0
    private(set) var contenders: [Contender] = []
    private(set) var lease: Lease?
    private var revision = 0
    private var steps: [(time: Double, order: Int, step: Step)] = []
    private var order = 0
    private var random: RandomSource
    /// How often a term began.
    private(set) var terms = 0
    /// The epochs of the terms, in the order they began.
    private(set) var epochs: [Int] = []
    private(set) var problem: String?
    /// How often a process was replaced by another one.
    private(set) var restarts = 0

    init(count: Int, seed: UInt64, drift: Double) {
        random = .seeded(seed)
        for index in 0..<count {
            let options = LeaderElectionOptions(leaseName: "l", leaseNamespace: "n", identity: "c\(index)")
            contenders.append(
                Contender(
                    state: ElectionState(options: options, random: .seeded(random.next())),
                    rate: Double.random(in: (1 - drift)...(1 + drift), using: &random),
                    offset: Double.random(in: 0...1e6, using: &random)
                )
            )
            schedule(.event(contender: index, .started, request: nil), after: Double.random(in: 0...3, using: &random))
            schedule(.watch(contender: index), after: Double.random(in: 0...3, using: &random))
        }
        schedule(.chaos, after: 1)
    }

    private mutating func schedule(_ step: Step, after delay: Double) { schedule(step, at: now + delay) }

    private mutating func schedule(_ step: Step, at time: Double) {
        order += 1
        let entry = (time: max(time, now), order: order, step: step)
        let index = steps.firstIndex { ($0.time, $0.order) > (entry.time, entry.order) } ?? steps.endIndex
        steps.insert(entry, at: index)
    }

    private mutating func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }

    /// Runs for so many seconds of true time. A quiet network loses nothing and is fast.
    mutating func run(for duration: Double, quiet: Bool = false) {
        let end = now + duration
        while problem == nil, let first = steps.first, first.time <= end {
            steps.removeFirst()
            now = first.time
            perform(first.step, quiet: quiet)
            check()
        }
        now = end
    }

    private mutating func perform(_ step: Step, quiet: Bool) {
        switch step {
        case .arrives(let contender, let request, let action): serve(action, contender, request, quiet: quiet)
        case .event(let index, let event, let request):
            if let resumed = delayedBySuspension(index) { return schedule(step, at: resumed) }
            // The answer to a request that was given up is not heard.
            if let request, request != contenders[index].request { return }
            tell(index, event, quiet: quiet)
        case .wake(let index):
            if let resumed = delayedBySuspension(index) { return schedule(step, at: resumed) }
            guard let wakes = contenders[index].wakes, contenders[index].local(now) >= wakes else { return }
            tell(index, .woke, quiet: quiet)
        case .watch(let index): toggleWatch(index, quiet: quiet)
        case .chaos:
            if !quiet, chance(0.1) {
                let index = Int.random(in: contenders.indices, using: &random)
                contenders[index].suspendedUntil = now + Double.random(in: 0...40, using: &random)
            }
            if !quiet, chance(0.02) {
                // Its work has ended; it gives the lease back, and another process comes in its place.
                let index = Int.random(in: contenders.indices, using: &random)
                contenders[index].deadline = nil
                schedule(.event(contender: index, .stop(release: chance(0.8)), request: nil), after: 0)
            }
            schedule(.chaos, after: 1)
        }
    }

    private func delayedBySuspension(_ index: Int) -> Double? {
        contenders[index].suspendedUntil > now ? contenders[index].suspendedUntil : nil
    }

    private mutating func toggleWatch(_ index: Int, quiet: Bool) {
        let opens = quiet || chance(0.7)
        contenders[index].isWatching = opens
        schedule(.event(contender: index, .watch(isOpen: opens), request: nil), after: 0)
        if opens, let lease {
            schedule(.event(contender: index, .observed(lease, exists: true), request: nil), after: delay(quiet))
        }
        schedule(.watch(contender: index), after: Double.random(in: 1...60, using: &random))
    }

    private mutating func delay(_ quiet: Bool) -> Double {
        if quiet { return Double.random(in: 0.001...0.01, using: &random) }
        return chance(0.1) ? Double.random(in: 0...20, using: &random) : Double.random(in: 0...0.3, using: &random)
    }

    private mutating func tell(_ index: Int, _ event: ElectionEvent, quiet: Bool) {
        for action in contenders[index].state.handle(event, now: contenders[index].local(now)) {
            switch action {
            case .read, .create, .update: send(action, from: index, quiet: quiet)
            case .wake(let instant):
                contenders[index].wakes = instant
                if let instant { schedule(.wake(contender: index), at: contenders[index].trueTime(instant) + 1e-6) }
            case .lead(let epoch, let deadline):
                terms += 1
                epochs.append(epoch)
                contenders[index].deadline = deadline
            case .extend(let deadline): if contenders[index].deadline != nil { contenders[index].deadline = deadline }
            case .end:
                contenders[index].deadline = nil
                schedule(.event(contender: index, .workEnded, request: nil), after: Double.random(in: 0...8, using: &random))
            case .follow, .countSlowPath, .log: break
            case .stopped:
                restart(index)
                return
            }
        }
    }

    /// A new process. What the old one has sent may still arrive.
    private mutating func restart(_ index: Int) {
        restarts += 1
        let options = LeaderElectionOptions(leaseName: "l", leaseNamespace: "n", identity: "c\(index)-\(restarts)")
        contenders[index].state = ElectionState(options: options, random: .seeded(random.next()))
        contenders[index].deadline = nil
        contenders[index].wakes = nil
        contenders[index].request += 1
        schedule(.event(contender: index, .started, request: nil), after: Double.random(in: 0...3, using: &random))
    }

    private mutating func send(_ action: ElectionAction, from index: Int, quiet: Bool) {
        contenders[index].request += 1
        let request = contenders[index].request
        // Also a request that its sender gives up may still arrive.
        if quiet || !chance(0.15) {
            schedule(.arrives(contender: index, request: request, action), after: delay(quiet))
        }
        let patience = Double(contenders[index].state.options.requestTimeout.components.seconds) / contenders[index].rate
        schedule(.event(contender: index, .answered(.failed("timed out")), request: request), after: patience)
    }

    private mutating func serve(_ action: ElectionAction, _ index: Int, _ request: Int, quiet: Bool) {
        let answer: ElectionEvent.Answer
        switch action {
        case .read: answer = .lease(lease)
        case .create(let holder, let epoch):
            guard lease == nil else {
                answer = .refused
                break
            }
            answer = .lease(store(Lease(metadata: ObjectMeta(name: "l", namespace: "n")), holder: holder, epoch: epoch, index))
        case .update(let old, let holder, let epoch, _):
            guard let current = lease, current.revision == old.revision else {
                answer = .refused
                break
            }
            answer = .lease(store(old, holder: holder, epoch: epoch, index))
        default: return
        }
        if !quiet, chance(0.15) { return }
        // An answer that comes after the sender's patience finds the request given up.
        schedule(.event(contender: index, .answered(answer), request: request), after: delay(quiet))
    }

    private mutating func store(_ old: Lease, holder: String?, epoch: Int32, _ index: Int) -> Lease {
        var new = old
        revision += 1
        new.metadata.resourceVersion = "\(revision)"
        let duration = contenders[index].state.options.leaseDuration
        // The wall clock of the writer is of no use to anyone.
        let wall = WallTime(microseconds: Int64.random(in: 0...4_000_000_000_000_000, using: &random))
        new.record(holder: holder, epoch: epoch, duration: duration, acquires: true, now: wall)
        lease = new
        for other in contenders.indices where contenders[other].isWatching {
            schedule(
                .event(contender: other, .observed(new, exists: true), request: nil),
                after: Double.random(in: 0...0.05, using: &random)
            )
        }
        return new
    }

    /// Never two that may write.
    private mutating func check() {
        let writers = contenders.indices.filter { contenders[$0].mayWrite(now) }
        if writers.count > 1 { problem = "at \(now) s the contenders \(writers) may write" }
        if epochs.count > 1, epochs[epochs.count - 1] <= epochs[epochs.count - 2] {
            problem = "the epochs are \(epochs.suffix(2))"
        }
    }

    var leaders: [Int] { contenders.indices.filter { contenders[$0].mayWrite(now) } }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
import KubernetesCoordination
import Logging

/// Contends for a lease, so that one of several processes leads.
///
/// It watches the lease: when the leader gives it back it tries at once, when the leader stops renewing it tries exactly when the lease
/// expires; without a watch it polls. Give it a client with a transport of its own, so that nothing else delays a renewal.
///
/// What it promises: ``Leadership/leading(_:)`` is said only with a lease that was written in time; at the term's
/// ``LeadershipTerm/deadline``, which each renewal moves, the term is over, whether or not this actor is running then. What it cannot
/// promise is that no request of the term is still on its way: see ``FencedTransport``.
///
/// Whoever acts on it calls ``workEnded(of:)`` after each term, and ``stop(releasing:)`` in the end; ``Manager`` does.
public actor LeaderElector {
    /// What is contended for, and how.
    public nonisolated let options: LeaderElectionOptions
    private let client: KubernetesClient
    private let environment: RuntimeEnvironment
    private let logger: Logger
    private let metrics: LeaderElectionMetrics
    private let timerID: DeadlineTimer.ID
    private nonisolated let woken = WakeSignal()
    private nonisolated let asked = WakeSignal()
    private nonisolated let ended = Latch<Void>()
    nonisolated let leaderships = LeadershipBroadcast()
    private var state: ElectionState
    private var request: LeaseRequest?
    private var term: LeadershipTerm?
    private var hasRun = false

    /// An elector that does nothing before `run()`.
    ///
    /// - Parameter client: Reads, writes and watches the lease; needs the verbs get, create, update, list and watch on leases.
    /// - Throws: ``LeaderElectionError`` for options that cannot be used.
    public init(
        client: KubernetesClient,
        options: LeaderElectionOptions,
        environment: RuntimeEnvironment = RuntimeEnvironment()
    ) throws(LeaderElectionError) {
        try options.validate()
        self.options = options
        self.client = client.with(userAgent: client.userAgent + "/leader-election").with(retryPolicy: .never)
        self.environment = environment
        var logger = environment.logger
        logger[metadataKey: "lease"] = .string(options.lease)
        self.logger = logger
        metrics = LeaderElectionMetrics(lease: options.leaseName, registry: environment.metrics)
        timerID = environment.timer.makeID()
        state = ElectionState(options: options, random: environment.random)
    }

    // MARK: Following it

    /// Where it stands, now and as it changes; what is not read in time is skipped, but for `lost`, which stands until the work has ended.
    public nonisolated func leadership() -> AsyncStream<Leadership> { leaderships.makeStream() }

    /// Where it stands.
    public nonisolated var current: Leadership { leaderships.current }

    /// Whether the process is fit to lead, for `/healthz`: not, when a term has outlived its deadline by the lease's duration and this
    /// actor has not noticed, or when work that was canceled a minute ago has not ended.
    public nonisolated var health: HealthStatus {
        switch leaderships.current {
        case .following(let leader): return .healthy(note: leader.map { "following \($0)" } ?? "nobody leads")
        case .lost(let term):
            guard let ended = term.endedAt, environment.time.now() >= ended.advanced(by: .seconds(60)) else {
                return .healthy(note: "not leading any more")
            }
            return .unhealthy("leadership of \(term.lease) was lost a minute ago and its work does not end; restart the process")
        case .leading(let term):
            let late = term.deadline.advanced(by: options.leaseDuration)
            if environment.time.now() < late { return .healthy(note: "leading, epoch \(term.epoch)") }
            return .unhealthy("the lease \(term.lease) has not been renewed for long and nobody noticed; restart the process")
        }
    }

    /// Says that all work of `term`, which was lost, has ended: from now on this process contends again.
    public func workEnded(of term: LeadershipTerm) {
        // The deadline may have passed a moment ago.
        receive(.woke)
        guard leaderships.current == .lost(term) else { return }
        receive(.workEnded)
    }

    // MARK: Running

    /// Contends until `stop(releasing:)`, or until the task is canceled, which ends a term at once and leaves the lease to expire.
    ///
    /// - Throws: ``LeaderElectionError`` when it is called a second time.
    public func run() async throws {
        guard !hasRun else {
            throw LeaderElectionError(code: .alreadyStarted, message: "\(options.lease): an elector runs once; make a new one")
        }
        hasRun = true
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [environment] in await environment.timer.run() }
            group.addTask { await self.answerRequests() }
            group.addTask { await self.watchLease() }
            group.addTask { [woken] in while await woken.wait() { await self.receive(.woke) } }
            receive(.started)
            _ = await ended.wait()
            // After a cancellation; else it has stopped already.
            receive(.stop(release: false))
            group.cancelAll()
        }
        environment.timer.cancel(timerID)
        ended.open(())
    }

    /// Ends contending, and returns when that is done. The work of the term must have ended.
    ///
    /// - Parameter releasing: Give the lease back, so that another process takes over at once. False when work was left behind.
    public func stop(releasing: Bool) async {
        receive(.stop(release: releasing))
        guard hasRun else { return }
        _ = await ended.wait()
    }

    /// Takes no further term: the streams of ``leadership()`` end. A term that lasts goes on to be renewed until ``stop(releasing:)``.
    func retire() {
        leaderships.finish()
        if state.phase == .following { receive(.stop(release: options.releaseOnStop)) }
    }

    private func receive(_ event: ElectionEvent) {
        for action in state.handle(event, now: environment.time.now()) { perform(action) }
    }

    private func perform(_ action: ElectionAction) {
        switch action {
        case .read, .create, .update:
            request = LeaseRequest(action, options: options, timeout: timeout, now: environment.time.wallNow())
            asked.notify()
        case .wake(let instant):
            // The timer keeps the earlier of two instants, and this one may be later.
            environment.timer.cancel(timerID)
            if let instant { environment.timer.arm(timerID, at: instant) { [woken] in woken.notify() } }
        case .lead(let epoch, let deadline): begin(epoch: epoch, deadline: deadline)
        case .extend(let deadline): term?.extend(to: deadline)
        case .end(let reason): end(reason)
        case .follow(let leader):
            logger.debug("following", metadata: ["leader": "\(leader ?? "nobody")"])
            leaderships.send(.following(leader: leader))
        case .countSlowPath: metrics.slowPath.increment()
        case .log(let message): logger.warning("leader election: \(message)")
        case .stopped: ended.open(())
        }
    }

    private func begin(epoch: Int, deadline: MonotonicInstant) {
        let new = LeadershipTerm(lease: options.lease, identity: options.identity, epoch: epoch, deadline: deadline)
        term = new
        metrics.isLeading.set(1)
        logger.notice("leading", metadata: ["identity": "\(options.identity)", "epoch": "\(epoch)"])
        leaderships.send(.leading(new))
    }

    private func end(_ reason: String) {
        guard let term else { return }
        self.term = nil
        term.end(at: environment.time.now())
        metrics.isLeading.set(0)
        logger.notice("leading no more: \(reason)", metadata: ["epoch": "\(term.epoch)"])
        leaderships.send(.lost(term))
    }

    /// A renewal that cannot be in time need not be waited for.
    private var timeout: Duration {
        guard case .leading(_, let deadline) = state.phase else { return options.requestTimeout }
        return min(options.requestTimeout, max(.milliseconds(1), environment.time.now().duration(to: deadline)))
    }

    // MARK: The server

    private func answerRequests() async {
        while await asked.wait() {
            guard let request else { continue }
            let answer = await request.answer(client)
            guard !Task.isCancelled else { return }
            receive(.answered(answer))
        }
    }

    /// Keeps a watch on the lease open. When it ends it is opened again, after a delay when it brought nothing.
    private func watchLease() async {
        let watch = LeaseWatch(client: client, options: options)
        while !Task.isCancelled {
            let started = environment.time.now()
            var failure: String?
            do throws(ClientError) {
                let stream = try await watch.open()
                receive(.watch(isOpen: true))
                while let batch = try await stream.nextBatch() {
                    for event in batch { if let event = watch.event(event) { receive(event) } }
                }
            } catch {
                failure = error.message
            }
            guard !Task.isCancelled else { return }
            receive(.watch(isOpen: false))
            if let failure { logger.debug("the watch on the lease ended: \(failure)") }
            // A watch that lived for a while and was ended by the server is normal.
            let next = started.advanced(by: options.retryPeriod)
            do { try await environment.time.sleepUntil(next) } catch { return }
        }
    }
}

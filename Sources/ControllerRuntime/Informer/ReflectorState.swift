// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Decides what to ask the server for next, so that a store follows it: the state by a stream or by pages, then changes, and what to do
/// when any of them fails.
///
/// The rules are those of client-go's reflector (tools/cache/reflector.go), with four differences: every list asks for the newest state, so
/// time never goes back; a broken connection resumes the watch instead of listing again; a silent watch is given up by the client; a
/// server that refuses to stream the state is not asked again.
package struct ReflectorState: Sendable {
    package enum Phase: Sendable, Hashable {
        case idle
        /// A watch brings the state first; changes follow on the same watch.
        case streaming(Streaming)
        case listing(Listing)
        case watching(Watching)
        case backingOff(until: MonotonicInstant, then: Resumption)
    }

    package struct Listing: Sendable, Hashable {
        /// Objects received so far.
        package var received = 0
        /// Without pages, because the token of an earlier attempt ran out.
        package var isUnpaged = false
    }

    package struct Streaming: Sendable, Hashable {
        /// Nil until the server has accepted the watch.
        package var openedAt: MonotonicInstant?
        /// Events received so far.
        package var received = 0

        package init() {}
    }

    package struct Watching: Sendable, Hashable {
        /// Nil until the server has accepted the watch.
        package var openedAt: MonotonicInstant?
        package var events = 0

        package init() {}
    }

    package enum Resumption: Sendable, Hashable { case list, watch }

    package enum Event: Sendable, Hashable {
        case started
        case page(count: Int, continueToken: String?, revision: String)
        case listFailed(ReflectorFailure)
        case watchOpened
        /// Events or bookmarks came; the revision is that of the last one.
        case watchReceived(events: Int, revision: String?)
        /// The bookmark after the last event of the state came; changes follow.
        case stateEnded(revision: String)
        /// Nil: the server ended it, as it does after the time it was asked for.
        case watchEnded(ReflectorFailure?)
        case waited
    }

    /// In each answer one of `stream`, `list`, `watch` and `wait` is the last, unless a watch goes on.
    package enum Action: Sendable, Hashable {
        /// Start a watch that sends the state first; collect it until `stateEnded`, and forget what was received before.
        case stream(timeout: Duration)
        /// Ask for a page; without a token, forget what was received before.
        case list(continueToken: String?, limit: Int?)
        /// Everything has been received: put it into the store.
        case commitList(revision: String)
        case watch(revision: String, timeout: Duration)
        case wait(until: MonotonicInstant)
        case report(InformerStatus)
        case log(String)
    }

    package private(set) var phase = Phase.idle
    /// The revision up to which the store is right; empty before the first list.
    package private(set) var revision = ""
    private let options: InformerOptions
    private let random: RandomSource
    private var failures = 0
    private var lastFailure: MonotonicInstant?
    private var hasSynced = false
    /// Whether the watch has brought anything since the last list; a 410 right after a list must not list in a hot loop.
    private var hasProgressed = false
    private var isInterrupted = false
    /// The server does not stream the state, or more of it than can be taken in.
    private var refusesStreams = false
    /// How often in a row a stream broke off after it was accepted, or failed by an error of the server.
    private var brokenStreams = 0

    /// A watch that ends before this without an event counts as failed.
    static let shortestWatch = Duration.seconds(1)
    /// A watch that lived this long is resumed at once.
    static let steadyWatch = Duration.seconds(10)
    /// Without a failure for so long, the backoff starts anew.
    static let healthyPeriod = Duration.seconds(120)
    /// A stream of the state that is silent for so long counts as failed: servers before 1.27 may never end it.
    static let streamSilence = Duration.seconds(30)
    /// After so many broken streams the state is listed by pages.
    static let brokenStreamLimit = 2

    package init(options: InformerOptions = InformerOptions(), random: RandomSource = .system) {
        self.options = options
        self.random = random
    }

    package mutating func handle(_ event: Event, now: MonotonicInstant) -> [Action] {
        switch (phase, event) {
        case (.idle, .started): return start()
        case (.streaming(let streaming), _): return handleStream(streaming, event, now: now)
        case (.listing(let listing), .page(let count, let token, let revision)):
            return receivePage(listing, count: count, token: token, revision: revision)
        case (.listing(let listing), .listFailed(let failure)): return listFailed(listing, failure, now: now)
        case (.watching(var watching), .watchOpened):
            watching.openedAt = now
            phase = .watching(watching)
            return recovered()
        case (.watching(var watching), .watchReceived(let events, let revision)):
            watching.events += events
            phase = .watching(watching)
            if let revision, !revision.isEmpty {
                self.revision = revision
                hasProgressed = true
            }
            return []
        case (.watching(let watching), .watchEnded(let failure)): return watchEnded(watching, failure, now: now)
        case (.backingOff(_, .list), .waited): return start()
        case (.backingOff(_, .watch), .waited): return startWatch()
        default: return []  // an answer that came too late
        }
    }

    /// Asks for the whole state.
    private mutating func start() -> [Action] {
        guard options.initialState == .stream, !refusesStreams, brokenStreams < Self.brokenStreamLimit else {
            brokenStreams = 0
            return startList()
        }
        phase = .streaming(Streaming())
        return reportListing(0) + [.stream(timeout: watchDuration())]
    }

    // MARK: Stream

    private mutating func handleStream(_ streaming: Streaming, _ event: Event, now: MonotonicInstant) -> [Action] {
        var streaming = streaming
        switch event {
        case .watchOpened:
            streaming.openedAt = now
            phase = .streaming(streaming)
            return []
        case .watchReceived(let events, _):
            streaming.received += events
            phase = .streaming(streaming)
            return hasSynced ? [] : [.report(.listing(received: streaming.received))]
        case .stateEnded(let revision):
            brokenStreams = 0
            var watching = Watching()
            watching.openedAt = streaming.openedAt
            phase = .watching(watching)
            return commit(revision)
        case .watchEnded(let failure): return streamEnded(streaming, failure, now: now)
        default: return []
        }
    }

    private mutating func streamEnded(_ streaming: Streaming, _ failure: ReflectorFailure?, now: MonotonicInstant) -> [Action] {
        let failure = failure ?? ReflectorFailure(.server, "the server ended the stream of the state before its end")
        switch failure.kind {
        case .refused, .overflow:
            refusesStreams = true
            return [.log("the state cannot be streamed, listing it by pages: \(failure.message)")] + startList()
        case .silent:
            brokenStreams = Self.brokenStreamLimit
            return [.log("the stream of the state has stopped, listing it by pages: \(failure.message)")] + start()
        case .throttled, .unreachable, .forbidden, .missingKind, .revisionTooLarge: break
        case .expired, .disconnected, .garbled, .server: brokenStreams += 1
        }
        return backOff(.list, failure, now: now)
    }

    // MARK: List

    private mutating func startList(unpaged: Bool = false) -> [Action] {
        phase = .listing(Listing(isUnpaged: unpaged))
        return reportListing(0) + [.list(continueToken: nil, limit: unpaged ? nil : options.pageSize)]
    }

    private func reportListing(_ received: Int) -> [Action] {
        hasSynced || isInterrupted ? [] : [.report(.listing(received: received))]
    }

    private mutating func receivePage(_ listing: Listing, count: Int, token: String?, revision: String) -> [Action] {
        var listing = listing
        listing.received += count
        if let token, !token.isEmpty {
            phase = .listing(listing)
            let next = Action.list(continueToken: token, limit: listing.isUnpaged ? nil : options.pageSize)
            return hasSynced ? [next] : [.report(.listing(received: listing.received)), next]
        }
        return commit(revision) + startWatch()
    }

    private mutating func commit(_ revision: String) -> [Action] {
        self.revision = revision
        hasSynced = true
        hasProgressed = false
        isInterrupted = false
        return [.commitList(revision: revision), .report(.synced)]
    }

    private mutating func listFailed(_ listing: Listing, _ failure: ReflectorFailure, now: MonotonicInstant) -> [Action] {
        if failure.kind == .expired && listing.received > 0 && !listing.isUnpaged {
            return [.log("the list's continue token ran out; listing again without pages")] + startList(unpaged: true)
        }
        return backOff(.list, failure, now: now)
    }

    // MARK: Watch

    private mutating func startWatch() -> [Action] {
        phase = .watching(Watching())
        return [.watch(revision: revision, timeout: watchDuration())]
    }

    /// Spread over [d, 2d), so that the watches of many clients do not end together.
    private func watchDuration() -> Duration {
        options.watchDuration + options.watchDuration * random.share()
    }

    private mutating func watchEnded(_ watching: Watching, _ failure: ReflectorFailure?, now: MonotonicInstant) -> [Action] {
        let age = watching.openedAt.map { $0.duration(to: now) } ?? .zero
        guard let failure else {
            if watching.events > 0 || age >= Self.shortestWatch { return startWatch() }
            return backOff(.list, ReflectorFailure(.server, "the server ended a watch at once and without events"), now: now)
        }
        switch failure.kind {
        case .expired:
            if hasProgressed { return [.log("the watch's revision is too old; listing again")] + start() }
            return backOff(.list, failure, now: now)
        case .disconnected, .silent, .overflow:
            if age >= Self.steadyWatch { return [.log("watch interrupted, resuming: \(failure.message)")] + startWatch() }
            return backOff(.watch, failure, now: now)
        case .throttled, .unreachable, .forbidden: return backOff(.watch, failure, now: now)
        case .revisionTooLarge, .missingKind, .garbled, .refused, .server: return backOff(.list, failure, now: now)
        }
    }

    // MARK: Failure

    private mutating func backOff(_ next: Resumption, _ failure: ReflectorFailure, now: MonotonicInstant) -> [Action] {
        if let lastFailure, lastFailure.duration(to: now) >= Self.healthyPeriod { failures = 0 }
        var delay = options.backoff.delay(afterFailures: failures, random: random)
        if let retryAfter = failure.retryAfter { delay = max(delay, retryAfter) }
        failures += 1
        let until = now.advanced(by: delay)
        // Healthy time counts from the end of the wait, so that long waits do not reset themselves.
        lastFailure = until
        isInterrupted = true
        phase = .backingOff(until: until, then: next)
        return [.report(status(of: failure)), .log(failure.message), .wait(until: until)]
    }

    private mutating func recovered() -> [Action] {
        guard isInterrupted else { return [] }
        isInterrupted = false
        return [.report(.synced)]
    }

    private func status(of failure: ReflectorFailure) -> InformerStatus {
        switch failure.kind {
        case .forbidden: .forbidden(failure.message)
        case .missingKind: .missingKind(failure.message)
        default: hasSynced ? .interrupted(failure.message) : .failing(failure.message)
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// What one exchange has received and who waits for it; pure, so that each order of events is a table test.
///
/// Two sides use it: the loop's thread puts in, one task takes out. Nothing is lost: bytes that came before the end are taken before it.
struct ExchangeState<HeadWaiter: Sendable, BodyWaiter: Sendable>: Sendable {
    typealias HeadResult = Result<HTTPResponse, TransportError>
    typealias BodyResult = Result<[UInt8]?, TransportError>

    /// A task to resume, outside the lock.
    enum Wake: Sendable {
        case head(HeadWaiter, HeadResult)
        case body(BodyWaiter, BodyResult)
    }

    /// What became of received bytes.
    enum Reception: Sendable, Equatable {
        case accepted
        /// No room: try again when the reader has taken something.
        case full
        /// Nobody wants them any more.
        case refused
    }

    /// What happens when bytes come faster than they are taken.
    enum Overflow: Sendable {
        /// The exchange ends with `tooLarge`.
        case fails
        /// The sender waits.
        case waits
    }

    private var head: HTTPResponse?
    private var buffer: [UInt8] = []
    private var end: Result<Void, TransportError>?
    private var headWaiter: HeadWaiter?
    private var bodyWaiter: BodyWaiter?
    private(set) var writerIsBlocked = false
    private let limit: Int
    private let overflow: Overflow

    init(limit: Int, overflow: Overflow) {
        self.limit = limit
        self.overflow = overflow
    }

    /// Whether nothing more will be received.
    var hasEnded: Bool { end != nil }

    // MARK: The loop's side

    mutating func receive(head: HTTPResponse) {
        if end == nil { self.head = head }
    }

    mutating func receive(_ bytes: UnsafeRawBufferPointer) -> Reception {
        if end != nil { return .refused }
        if buffer.count + bytes.count > limit {
            switch overflow {
            case .waits where buffer.isEmpty: break
            case .waits:
                writerIsBlocked = true
                return .full
            case .fails:
                end = .failure(
                    TransportError(
                        .tooLarge,
                        "more than \(limit) bytes of the answer waited to be read; read faster or ask for less"
                    )
                )
                return .refused
            }
        }
        writerIsBlocked = false
        buffer.append(contentsOf: bytes)
        return .accepted
    }

    /// The exchange is over; the first end counts.
    mutating func finish(_ result: Result<Void, TransportError>) {
        if end == nil { end = result }
    }

    /// Who can go on now. The loop asks when it has put in all that a round brought, so that a small answer wakes its task once.
    mutating func wake() -> Wake? {
        if let waiter = headWaiter, let result = headResult {
            headWaiter = nil
            return .head(waiter, result)
        }
        if let waiter = bodyWaiter, let result = takeBody() {
            bodyWaiter = nil
            return .body(waiter, result)
        }
        return nil
    }

    // MARK: The reader's side

    /// The head, or why there is none; nil when it has not come, and then `waiter` is kept.
    mutating func waitForHead(_ waiter: HeadWaiter) -> HeadResult? {
        if let headResult { return headResult }
        headWaiter = waiter
        return nil
    }

    /// All bytes that wait, or the end; nil when there is nothing to say yet.
    mutating func takeBody() -> BodyResult? {
        if !buffer.isEmpty {
            let bytes = buffer
            buffer = []
            return .success(bytes)
        }
        return switch end {
        case nil: nil
        case .success: .success(nil)
        case .failure(let error): .failure(error)
        }
    }

    /// As ``takeBody()``; when there is nothing, `waiter` is kept.
    mutating func waitForBody(_ waiter: BodyWaiter) -> BodyResult? {
        if bodyWaiter != nil { return .failure(TransportError(.other, "two tasks read the body of one answer; let one read")) }
        if let result = takeBody() { return result }
        bodyWaiter = waiter
        return nil
    }

    /// Ends the exchange from outside and forgets what waits.
    ///
    /// - Returns: Whether it was still running, and whom to resume.
    mutating func abandon(_ error: TransportError) -> (wasRunning: Bool, wake: Wake?) {
        let wasRunning = end == nil
        // Bytes that nobody will read make it an answer that was not whole, even when all of it had come.
        if wasRunning || !buffer.isEmpty { end = .failure(error) }
        buffer = []
        return (wasRunning, wake())
    }

    private var headResult: HeadResult? {
        if let head { return .success(head) }
        return switch end {
        case nil: nil
        case .success: .failure(TransportError(.protocolViolation, "the answer ended before its head"))
        case .failure(let error): .failure(error)
        }
    }
}

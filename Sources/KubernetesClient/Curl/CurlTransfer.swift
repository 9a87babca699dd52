// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibcurl

/// An exchange that is under way: the link between libcurl's callbacks and a ``CurlExchange``. Used on one thread only.
///
/// It is the context of its handle's callbacks, so whoever adds the handle to a multi handle keeps the transfer until it is out again.
final class CurlTransfer {
    let exchange: CurlExchange
    let handle: CurlHandle

    /// When bytes last came, or the transfer began.
    private(set) var lastActivity: ContinuousClock.Instant

    /// Why this side broke the transfer off, when libcurl only knows that it did.
    private(set) var abortCause: TransportError?

    /// Whether libcurl has been allowed to send the request.
    private var hasBegun = false

    /// Whether the round knows that there is something to tell the reader.
    private var hasNews = false

    private var parser = ResponseHeadParser()
    private let round: LoopRound
    private let isStream: Bool

    init(exchange: CurlExchange, handle: CurlHandle, round: LoopRound) throws(TransportError) {
        self.exchange = exchange
        self.handle = handle
        self.round = round
        lastActivity = round.now
        isStream = exchange.request.options.lane == .stream
        try handle.prepare(exchange.request)
        let context = Unmanaged.passUnretained(self).toOpaque()
        let code = clc_set_callbacks(handle.easy, requestCallback, headerCallback, bodyCallback, context)
        guard code == CURLE_OK else { throw TransportError(.other, "libcurl refuses the callbacks of a request") }
    }

    /// The transfer of a handle that libcurl names.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlTransfer? {
        clc_private(easy).map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// When the exchange runs out of time, if nothing comes before; nil for never.
    var expiry: ContinuousClock.Instant? {
        let idle = exchange.request.options.idleTimeout.map { lastActivity + $0 }
        guard let deadline = exchange.request.deadline else { return idle }
        return idle.map { min($0, deadline) } ?? deadline
    }

    /// Whether the permit of the request counts for what is still to be sent: a large body leaves in several rounds.
    var isGuarded: Bool { exchange.request.options.permit != nil && !exchange.request.body.isEmpty }

    /// Why the rest of the request may not be sent; nil when it may, or when all of it has left.
    func refusalOfRest() -> TransportError? {
        guard hasBegun, handle.uploadedBytes < exchange.request.body.count, !mayBeSent() else { return nil }
        return abortCause
    }

    /// Tells the reader what has come.
    func deliver() {
        hasNews = false
        exchange.deliver()
    }

    /// Called right before the request is written to its connection.
    fileprivate func begins() -> Bool {
        hasBegun = mayBeSent()
        return hasBegun
    }

    /// Asks the permit of the request, if it has one, and keeps its refusal.
    private func mayBeSent() -> Bool {
        guard let permit = exchange.request.options.permit else { return true }
        do throws(TransportError) {
            try permit.check()
            return true
        } catch {
            abortCause = error
            return false
        }
    }

    fileprivate func takeHeaderLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        lastActivity = round.now
        switch parser.take(bytes) {
        case .more: break
        case .head(let head):
            exchange.receive(head: head)
            announce()
        case .invalid(let problem):
            abortCause = TransportError(
                .protocolViolation,
                "\(exchange.request.server) does not answer as a Kubernetes API server does: \(problem)"
            )
            return false
        }
        return true
    }

    fileprivate func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        lastActivity = round.now
        let isWanted = exchange.receive(bytes)
        announce()
        return isWanted
    }

    /// A stream may wait inside the next callback, so its reader hears at once; others at the end of the round, all in one.
    private func announce() {
        if isStream {
            exchange.deliver()
        } else if !hasNews {
            hasNews = true
            round.add(self)
        }
    }
}

private func requestCallback(
    _ context: UnsafeMutableRawPointer?,
    _ peer: UnsafeMutablePointer<CChar>?,
    _ local: UnsafeMutablePointer<CChar>?,
    _ peerPort: Int32,
    _ localPort: Int32
) -> Int32 {
    guard let context else { return CURL_PREREQFUNC_ABORT }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.begins() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private func headerCallback(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?)
    -> Int
{
    guard let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    let total = size * count
    return transfer.takeHeaderLine(UnsafeRawBufferPointer(start: bytes, count: total)) ? total : refused
}

private func bodyCallback(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?)
    -> Int
{
    guard let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    let total = size * count
    // libcurl may call with nothing; there is nothing to refuse then.
    return total == 0 || transfer.takeBody(UnsafeRawBufferPointer(start: bytes, count: total)) ? total : refused
}

/// What no callback can have taken.
private let refused = Int.max

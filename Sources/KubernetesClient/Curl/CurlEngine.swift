// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibcurl

/// What the thread of a ``CurlLoop`` does: rounds of taking orders, moving bytes, ending what is over, and waiting. Used on that thread only.
final class CurlEngine {
    private let loop: CurlLoop
    private let multi: UnsafeMutableRawPointer
    private let configuration: ClientConfiguration
    private let round = LoopRound()
    private var transfers: [ObjectIdentifier: CurlTransfer] = [:]
    /// Those of `transfers` whose permits are asked again while their bodies leave.
    private var guarded: [ObjectIdentifier: CurlTransfer] = [:]
    private var queue: AdmissionQueue<CurlExchange>
    private var idleHandles: [CurlHandle] = []
    /// No exchange runs out of time before this.
    private var nextExpiry: ContinuousClock.Instant?
    private var hasStarted = false

    /// So many handles are kept for the next requests.
    private static let idleHandleLimit = 32

    /// The longest wait; only a precaution, since everything that happens ends a wait.
    private static let longestWait = Duration.seconds(60)

    init(loop: CurlLoop, multi: CurlLoop.Multi, configuration: ClientConfiguration) {
        self.loop = loop
        self.multi = multi.pointer
        self.configuration = configuration
        let limit = configuration.maximumConcurrentRequests
        queue = AdmissionQueue(limit: limit, reserved: limit / 4)
        clc_multi_set_long(self.multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        clc_multi_set_long(self.multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, configuration.maximumConnections))
    }

    func run() {
        while true {
            round.begin()
            let (orders, isStopping) = loop.takeOrders()
            for order in orders { carryOut(order) }
            if isStopping { break }
            startWaiting()
            endRefused()
            move()
            endFinished()
            endExpired()
            // What ended made room.
            startWaiting()
            round.deliver()
            if loop.kind == .stream, hasStarted, transfers.isEmpty { break }
            wait()
        }
        leave()
    }

    private func carryOut(_ order: CurlLoop.Order) {
        switch order {
        case .start(let exchange):
            hasStarted = true
            if exchange.request.isOpenEnded {
                start(exchange)
            } else {
                note(expiry: exchange.request.deadline)
                queue.add(exchange, lane: exchange.request.options.lane)
            }
        case .remove(let exchange):
            // One that still waits for its turn is passed over when that comes.
            if let transfer = transfers[ObjectIdentifier(exchange)] { remove(transfer) }
        }
    }

    private func startWaiting() {
        while let exchange = queue.next() {
            if exchange.hasEnded || !start(exchange) { queue.finished() }
        }
    }

    /// Gives the exchange to libcurl.
    ///
    /// - Returns: Whether it runs.
    @discardableResult
    private func start(_ exchange: CurlExchange) -> Bool {
        do throws(TransportError) {
            let handle = try idleHandle()
            let transfer = try CurlTransfer(exchange: exchange, handle: handle, round: round)
            let code = curl_multi_add_handle(multi, handle.easy)
            guard code == CURLM_OK else {
                throw TransportError(.other, "libcurl does not take a request: \(String(cString: curl_multi_strerror(code)))")
            }
            transfers[ObjectIdentifier(exchange)] = transfer
            if transfer.isGuarded { guarded[ObjectIdentifier(exchange)] = transfer }
            note(expiry: transfer.expiry)
            return true
        } catch {
            end(exchange, .failure(error))
            return false
        }
    }

    private func idleHandle() throws(TransportError) -> CurlHandle {
        if let handle = idleHandles.popLast() { return handle }
        return try CurlHandle(configuration: configuration, multiplexes: loop.kind == .shared)
    }

    /// Ends the requests that have left in part only and may not go on. libcurl asks for the beginning of each itself.
    private func endRefused() {
        guard !guarded.isEmpty else { return }
        for transfer in Array(guarded.values) {
            if let refusal = transfer.refusalOfRest() { end(transfer, .failure(refusal)) }
        }
    }

    private func move() {
        var running: Int32 = 0
        let code = curl_multi_perform(multi, &running)
        guard code != CURLM_OK else { return }
        let error = TransportError(.other, "libcurl cannot go on: \(String(cString: curl_multi_strerror(code)))")
        for transfer in Array(transfers.values) { end(transfer, .failure(error)) }
    }

    private func endFinished() {
        var code = CURLE_OK
        while let easy = clc_multi_finished(multi, &code) {
            guard let transfer = CurlTransfer.of(easy) else { continue }
            end(transfer, code == CURLE_OK ? .success(()) : .failure(error(of: transfer, code)))
        }
    }

    private func error(of transfer: CurlTransfer, _ code: CURLcode) -> TransportError {
        if let cause = transfer.abortCause { return cause }
        let failure = CurlFailure(
            code: code,
            text: transfer.handle.errorText,
            systemError: transfer.handle.systemError,
            server: transfer.exchange.request.server,
            connectTimeout: configuration.connectTimeout,
            proxy: configuration.proxyWithoutSecrets
        )
        return failure.transportError
    }

    private func endExpired() {
        guard let due = nextExpiry, due <= round.now else { return }
        nextExpiry = nil
        let late = queue.removeWaiting { exchange in exchange.request.deadline.map { $0 <= round.now } ?? false }
        for exchange in late { end(exchange, .failure(timeout(of: exchange, isSilent: false))) }
        if let deadline = queue.earliest({ $0.request.deadline }) { note(expiry: deadline) }
        for transfer in Array(transfers.values) {
            guard let expiry = transfer.expiry else { continue }
            guard expiry <= round.now else {
                note(expiry: expiry)
                continue
            }
            // A connection on which nothing came may be dead; if it is not shared, the next request gets a new one.
            transfer.handle.forbidReuse()
            let isSilent = transfer.exchange.request.deadline.map { $0 > round.now } ?? true
            end(transfer, .failure(timeout(of: transfer.exchange, isSilent: isSilent)))
        }
    }

    private func timeout(of exchange: CurlExchange, isSilent: Bool) -> TransportError {
        let request = exchange.request
        if isSilent, let limit = request.options.idleTimeout {
            return TransportError(.timedOut, "\(request.server) sent nothing for \(limit)")
        }
        let limit = request.options.timeout.map { " within \($0)" } ?? ""
        return TransportError(.timedOut, "\(request.server) gave no whole answer\(limit)")
    }

    private func end(_ transfer: CurlTransfer, _ result: Result<Void, TransportError>) {
        remove(transfer)
        end(transfer.exchange, result)
    }

    private func end(_ exchange: CurlExchange, _ result: Result<Void, TransportError>) {
        exchange.finish(result)
        exchange.deliver()
    }

    /// Takes the transfer from libcurl; its handle can be used again.
    private func remove(_ transfer: CurlTransfer) {
        guard transfers.removeValue(forKey: ObjectIdentifier(transfer.exchange)) != nil else { return }
        guarded[ObjectIdentifier(transfer.exchange)] = nil
        curl_multi_remove_handle(multi, transfer.handle.easy)
        if !transfer.exchange.request.isOpenEnded { queue.finished() }
        if idleHandles.count < Self.idleHandleLimit { idleHandles.append(transfer.handle) }
    }

    private func note(expiry: ContinuousClock.Instant?) {
        guard let expiry else { return }
        nextExpiry = nextExpiry.map { min($0, expiry) } ?? expiry
    }

    private func wait() {
        let left = nextExpiry.map { max(.zero, min($0 - ContinuousClock.now, Self.longestWait)) } ?? Self.longestWait
        clc_multi_poll(multi, Int32(left.wholeMilliseconds))
    }

    private func leave() {
        let closed = TransportError(.closed, "the connection to \(configuration.server) was shut down on this side")
        for case .start(let exchange) in loop.close() { end(exchange, .failure(closed)) }
        for exchange in queue.removeWaiting(where: { _ in true }) { end(exchange, .failure(closed)) }
        for transfer in Array(transfers.values) { end(transfer, .failure(closed)) }
        round.deliver()
        idleHandles = []
        curl_multi_cleanup(multi)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibcurl

/// A thread with a multi handle, and the mailbox through which tasks talk to it.
///
/// The thread owns everything that libcurl made. From outside there are orders: start, remove, stop. The loop runs until ``stop()``, one
/// for a stream until its exchange has ended; the thread keeps the loop alive as long as it runs.
final class CurlLoop: Sendable {
    /// What a loop is for.
    enum Kind: Sendable {
        /// Many exchanges that share connections.
        case shared
        /// One exchange whose reader may hold the thread up.
        case stream
    }

    /// What a task asks of the thread.
    enum Order: Sendable {
        case start(CurlExchange)
        case remove(CurlExchange)
    }

    /// A multi handle on its way to the thread that owns it, and for waking that thread.
    struct Multi: @unchecked Sendable {  // only `curl_multi_wakeup` is called elsewhere, and only while the mailbox is open
        let pointer: UnsafeMutableRawPointer
    }

    private struct Mailbox {
        var orders: [Order] = []
        var isStopping = false
        /// Set as long as the multi handle lives.
        var multi: Multi?
        /// Whether the thread will look at the mailbox without being woken again.
        var isWoken = false

        mutating func wake() {
            guard !isWoken, let multi else { return }
            isWoken = true
            // Writes to a pipe that the thread polls; never blocks. Under the lock, because the handle may be gone after it.
            curl_multi_wakeup(multi.pointer)
        }
    }

    let kind: Kind
    private let mailbox: Locked<Mailbox>
    private let exit = OneTimeSignal()
    private let thread = Locked<PosixThread?>(nil)

    /// Starts the thread.
    ///
    /// - Parameter onExit: Called on the thread when it has let go of everything and is about to end.
    init(
        configuration: ClientConfiguration,
        kind: Kind,
        onExit: @escaping @Sendable (CurlLoop) -> Void
    ) throws(TransportError) {
        try CurlGlobal.start()
        guard let pointer = curl_multi_init() else { throw TransportError(.other, "libcurl has no memory for a transport") }
        let multi = Multi(pointer: pointer)
        self.kind = kind
        mailbox = Locked(Mailbox(multi: multi))
        do throws(PosixThread.StartError) {
            let started = try PosixThread { [self] in
                CurlEngine(loop: self, multi: multi, configuration: configuration).run()
                onExit(self)
                exit.signal()
            }
            thread.withLock { $0 = started }
        } catch {
            curl_multi_cleanup(pointer)
            throw TransportError(
                .other,
                "the system starts no thread for HTTP (error \(error.number)); is a limit of processes reached?"
            )
        }
    }

    /// Hands an exchange to the thread.
    ///
    /// - Returns: False when the loop no longer takes any.
    func start(_ exchange: CurlExchange) -> Bool { post(.start(exchange)) }

    /// Takes an exchange back, if it is still there.
    func remove(_ exchange: CurlExchange) { _ = post(.remove(exchange)) }

    /// Tells the thread to end all exchanges and itself.
    func stop() {
        mailbox.withLock { mailbox in
            mailbox.isStopping = true
            mailbox.wake()
        }
    }

    /// Waits until the thread has ended, after ``stop()``.
    func ended() async {
        await exit.wait()
        // The thread has nothing left to do but to return.
        thread.withLock { $0 }?.join()
    }

    /// Waits for the thread, which has called `onExit`.
    func join() { thread.withLock { $0 }?.join() }

    private func post(_ order: Order) -> Bool {
        mailbox.withLock { mailbox in
            guard mailbox.multi != nil, !mailbox.isStopping else { return false }
            mailbox.orders.append(order)
            mailbox.wake()
            return true
        }
    }

    // MARK: The thread's side

    /// The orders since the last call, and whether to stop.
    func takeOrders() -> (orders: [Order], isStopping: Bool) {
        mailbox.withLock { mailbox in
            mailbox.isWoken = false
            defer { mailbox.orders.removeAll(keepingCapacity: true) }
            return (mailbox.orders, mailbox.isStopping)
        }
    }

    /// Nothing is taken any more; the multi handle may be freed.
    ///
    /// - Returns: The last orders.
    func close() -> [Order] {
        mailbox.withLock { mailbox in
            mailbox.multi = nil
            defer { mailbox.orders = [] }
            return mailbox.orders
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// A thread of its own for code that blocks, with all signals blocked: their handlers run elsewhere, and a closed peer is an error and
/// not a SIGPIPE.
package final class PosixThread: Sendable {
    /// The thread could not be started; the number is errno's.
    package struct StartError: Error { package let number: Int32 }

    /// Set until somebody has joined or detached the thread.
    private let thread: Locked<pthread_t?>

    /// Starts a thread that runs `body`.
    package init(_ body: @escaping @Sendable () -> Void) throws(StartError) {
        let context = Unmanaged.passRetained(Start(body: body))
        var id = pthread_t()
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        // A thread inherits the mask of the one that starts it, so no signal can come before it could block them itself.
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let code = pthread_create(&id, nil, { PosixThread.run($0) }, context.toOpaque())
        pthread_sigmask(SIG_SETMASK, &before, nil)
        guard code == 0 else {
            context.release()
            throw StartError(number: code)
        }
        thread = Locked(id)
    }

    deinit { detach() }

    /// Waits for the thread's end. The first caller waits; for others it has been seen to.
    package func join() {
        guard let id = take() else { return }
        let code = pthread_join(id, nil)
        precondition(code == 0, "pthread_join failed with \(code)")
    }

    /// Lets the thread end alone.
    package func detach() {
        if let id = take() { pthread_detach(id) }
    }

    private func take() -> pthread_t? {
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context { Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body() }
        return nil
    }
}

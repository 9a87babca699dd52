// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#if TSAN_LOCKS
    import Glibc

    /// A value behind a lock.
    ///
    /// Critical sections are short: no await, no call of foreign code, no resuming of continuations inside.
    ///
    /// This back end is selected by `-Xswiftc -DTSAN_LOCKS` for runs under the thread sanitizer, which does not see the synchronisation
    /// of `Synchronization.Mutex` on Linux and reports races where there are none.
    package final class Locked<Value>: @unchecked Sendable {  // `value` is only touched with `mutex` held
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>
        private var value: Value

        package init(_ value: sending Value) {
            self.value = value
            mutex = .allocate(capacity: 1)
            let code = pthread_mutex_init(mutex, nil)
            precondition(code == 0, "pthread_mutex_init failed with \(code)")
        }

        deinit {
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        /// Runs `body` while no one else is in such a body.
        package func withLock<Result, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value)
        }
    }
#else
    package import Synchronization

    /// A value behind a lock.
    ///
    /// Critical sections are short: no await, no call of foreign code, no resuming of continuations inside.
    package final class Locked<Value>: Sendable {
        @usableFromInline let mutex: Mutex<Value>

        @inlinable package init(_ value: sending Value) { mutex = Mutex(value) }

        /// Runs `body` while no one else is in such a body.
        @inlinable package func withLock<Result, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    }
#endif

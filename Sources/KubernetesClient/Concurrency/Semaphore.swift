// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Lets a thread that is not one of Swift's wait for a signal. Never to be waited for in a task.
final class Semaphore: @unchecked Sendable {  // sem_t is made for use by many threads; the pointer never changes
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        let code = sem_init(semaphore, 0, 0)
        precondition(code == 0, "sem_init failed with \(errno)")
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Waits for a signal; one that was given before counts.
    func wait() {
        while sem_wait(semaphore) == -1, errno == EINTR {}
    }

    func signal() { sem_post(semaphore) }
}

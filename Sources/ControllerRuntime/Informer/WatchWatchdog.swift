// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// Notices that a watch has been silent for too long. Cheap to pat: the timer is only set anew when it fires.
final class WatchWatchdog: Sendable {
    private let timer: DeadlineTimer
    private let id: DeadlineTimer.ID
    private let time: TimeSource
    private let allowed: Locked<Duration>
    private let lastSign: Locked<MonotonicInstant>
    private let bark = Latch<Void>()

    init(timer: DeadlineTimer, id: DeadlineTimer.ID, time: TimeSource, limit: Duration) {
        self.timer = timer
        self.id = id
        self.time = time
        allowed = Locked(limit)
        lastSign = Locked(time.now())
    }

    /// How long the silence may last. A longer one counts at once, a shorter one from the next look at it.
    var limit: Duration {
        get { allowed.withLock { $0 } }
        set { allowed.withLock { $0 = newValue } }
    }

    func start() { check() }

    func stop() { timer.cancel(id) }

    /// Something came.
    func pat() {
        let now = time.now()
        lastSign.withLock { $0 = now }
    }

    /// Waits for the silence to be too long; false when the task was canceled first.
    func barked() async -> Bool { await bark.wait() != nil }

    private func check() {
        let due = lastSign.withLock { $0 }.advanced(by: limit)
        if due <= time.now() {
            bark.open(())
        } else {
            timer.arm(id, at: due) { [weak self] in self?.check() }
        }
    }
}

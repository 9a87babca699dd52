// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Something that happens once, and that any number of tasks can wait for. Waiting is not cancellable: it is for things that come soon.
final class OneTimeSignal: Sendable {
    private enum State {
        case open([CheckedContinuation<Void, Never>])
        case signaled
    }

    private let state = Locked(State.open([]))

    /// Lets all who wait, and all who will, go on.
    func signal() {
        let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
            guard case .open(let waiting) = state else { return [] }
            state = .signaled
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSignaled = state.withLock { state in
                guard case .open(var waiting) = state else { return true }
                waiting.append(continuation)
                state = .open(waiting)
                return false
            }
            if isSignaled { continuation.resume() }
        }
    }
}

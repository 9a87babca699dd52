// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What belongs to one round of a loop: the time, read once, and the transfers whose readers have something to hear at its end.
final class LoopRound {
    private(set) var now = ContinuousClock.now
    private var news: [CurlTransfer] = []

    /// Begins the next round.
    func begin() { now = ContinuousClock.now }

    func add(_ transfer: CurlTransfer) { news.append(transfer) }

    /// Tells the readers.
    func deliver() {
        for transfer in news { transfer.deliver() }
        news.removeAll(keepingCapacity: true)
    }
}

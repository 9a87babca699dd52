// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Decides which requests run and which wait, so that a burst neither opens a connection per request nor holds up what users wait for.
///
/// At most `limit` run at once, and `reserved` of these places are for the lane `status`. Waiting ones start in their order, `status`
/// first. The number that wait is bounded by the number of tasks that wait for them.
struct AdmissionQueue<Request> {
    private var waiting: [RequestOptions.Lane: FIFO<Request>] = [:]
    private(set) var running = 0
    private let limit: Int
    private let reserved: Int

    init(limit: Int, reserved: Int) {
        self.limit = max(1, limit)
        self.reserved = min(max(0, reserved), max(1, limit) - 1)
    }

    /// The lanes in the order in which they start.
    private static var order: [RequestOptions.Lane] { [.lease, .status, .stream, .bulk] }

    var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    mutating func add(_ request: Request, lane: RequestOptions.Lane) { waiting[lane, default: FIFO()].append(request) }

    /// The next request that may start; it runs until ``finished()``.
    mutating func next() -> Request? {
        for lane in Self.order where running < places(for: lane) {
            if let request = waiting[lane]?.popFirst() {
                running += 1
                return request
            }
        }
        return nil
    }

    /// One that ran has ended.
    mutating func finished() { running -= 1 }

    /// Takes out the waiting requests for which `body` is true.
    mutating func removeWaiting(where body: (Request) -> Bool) -> [Request] {
        var removed: [Request] = []
        for lane in Self.order { removed += waiting[lane]?.remove(where: body) ?? [] }
        return removed
    }

    /// The least of what `body` says of the waiting requests.
    func earliest<Value: Comparable>(_ body: (Request) -> Value?) -> Value? {
        waiting.values.lazy.flatMap { $0.elementsInOrder }.compactMap(body).min()
    }

    private func places(for lane: RequestOptions.Lane) -> Int { lane == .bulk ? limit - reserved : limit }
}

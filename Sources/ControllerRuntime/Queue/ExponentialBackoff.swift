// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How long to wait before attempt n: `base` · `factor`ⁿ, at most `cap`, then up to `jitter` times as much again.
public struct ExponentialBackoff: Hashable, Sendable {
    /// The wait before the first retry.
    public var base: Duration
    /// What each further wait is multiplied by; at least 1.
    public var factor: Double
    /// The longest wait before jitter.
    public var cap: Duration
    /// The share of the wait that randomness may add: 0 none, 1 up to twice as long.
    public var jitter: Double

    /// A backoff of the given shape.
    public init(base: Duration, factor: Double = 2, cap: Duration, jitter: Double = 0) {
        self.base = base
        self.factor = max(1, factor)
        self.cap = cap
        self.jitter = max(0, jitter)
    }

    /// A failing key: 5 ms, doubling, up to 1000 s, as controller-runtime's default limiter.
    public static let perKey = ExponentialBackoff(base: .milliseconds(5), cap: .seconds(1000))
    /// A failing list or watch: 800 ms, doubling, up to 30 s, with full jitter, as client-go's reflector.
    public static let reflector = ExponentialBackoff(base: .milliseconds(800), cap: .seconds(30), jitter: 1)

    /// The wait after `failures` failures before this one.
    public func delay(afterFailures failures: Int, random: RandomSource = .system) -> Duration {
        var seconds = base.inSeconds
        let limit = cap.inSeconds
        for _ in 0..<max(0, failures) where seconds < limit { seconds *= factor }
        seconds = min(seconds, limit)
        if jitter > 0 {
            seconds += seconds * jitter * random.share()
        }
        return .clamping(seconds: seconds)
    }
}

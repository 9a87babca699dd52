// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Times two ways of doing the same, alternating, so that both see the same machine, in CPU time of the calling thread: what other
/// programs do on the machine counts little.
enum Measurement {
    /// The median seconds per call of each body over `rounds` rounds of at least `roundLength`.
    static func compare(
        rounds: Int = 9,
        roundLength: Duration = .milliseconds(150),
        _ bodies: [() throws -> Void]
    ) throws -> [Double] {
        var counts: [Int] = []
        for body in bodies { counts.append(try calls(in: roundLength, body)) }
        var samples = bodies.map { _ in [Double]() }
        for _ in 0..<rounds {
            for (index, body) in bodies.enumerated() {
                let begin = threadSeconds()
                for _ in 0..<counts[index] { try body() }
                samples[index].append((threadSeconds() - begin) / Double(counts[index]))
            }
        }
        return samples.map { $0.sorted()[rounds / 2] }
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// How often `body` runs in `length`; this is the warm-up too.
    private static func calls(in length: Duration, _ body: () throws -> Void) throws -> Int {
        let clock = ContinuousClock()
        let begin = clock.now
        var count = 0
        while clock.now - begin < length {
            try body()
            count += 1
        }
        return max(count, 1)
    }
}

/// Keeps the optimizer from removing what was computed.
@inline(never)
func keep<T>(_ value: T) { _ = value }

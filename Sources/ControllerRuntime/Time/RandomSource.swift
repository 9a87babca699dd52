// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where a component gets its randomness (jitter, identities) from: the system in production, a seed in tests.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private let generate: @Sendable () -> UInt64

    /// A source that calls `generate` for each number.
    public init(_ generate: @escaping @Sendable () -> UInt64) { self.generate = generate }

    /// The next random number.
    public func next() -> UInt64 { generate() }

    /// An even share, at least 0 and less than 1.
    package func share() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The system's generator.
    public static let system = RandomSource {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

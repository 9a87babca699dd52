// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import UnixSignals

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Manager {
    /// Runs all parts until SIGTERM or SIGINT, then stops in order. A second signal does not wait any longer.
    ///
    /// - Parameter onSecondSignal: What a second signal does; by default the process exits with status 1 at once.
    /// - Throws: What `run()` throws.
    public nonisolated func runUntilSignal(onSecondSignal: @escaping @Sendable () -> Void = Manager.exitAtOnce) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var isStopping = false
                for await signal in signals {
                    if isStopping { return onSecondSignal() }
                    isStopping = true
                    self.stop("received \(signal)")
                }
            }
            group.addTask { try await self.run() }
            defer { group.cancelAll() }
            // The signal task ends only by a second signal, whose handler may not come back at all; so the manager's end is what counts.
            while try await group.next() != nil {
                if isStopped { return }
            }
        }
    }

    /// Ends the process with status 1 without waiting for anything.
    public static let exitAtOnce: @Sendable () -> Void = { exit(1) }
}

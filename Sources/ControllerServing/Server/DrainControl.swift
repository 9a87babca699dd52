// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ServiceLifecycle

/// Stands above a server in its service group and so is stopped before it: the server serves on until this has returned.
struct DrainControl: Service {
    enum Reason: Sendable { case graceful, canceled }

    let health: HealthRegistry
    let time: TimeSource
    let delay: Duration
    /// Opened by whoever wants the server to stop.
    let stopAsked = Latch<Reason>()

    func run() async throws {
        await withGracefulShutdownHandler {
            let reason = await stopAsked.wait()
            health.beginShutdown()
            guard reason == .graceful, delay > .zero else { return }
            // Ends early when the whole group is canceled, and then nothing is left to wait for.
            do { try await time.sleep(for: delay) } catch { return }
        } onGracefulShutdown: {
            stopAsked.open(.graceful)
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging
import ServiceLifecycle

/// Running what does the work, on every replica or on the leader only.
extension Manager {
    /// Runs the others, and within their time the leader-only work; returns when a stop was asked for and all has ended.
    func runWork() async {
        let stopsLeading = Latch<Void>()
        let stopsOthers = Latch<Void>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.run(.others, until: stopsOthers, term: nil) }
            await withTaskGroup(of: Void.self) { leading in
                leading.addTask { await self.run(.led(nil), until: stopsLeading, term: nil) }
                for (group, elector) in electors { leading.addTask { await self.lead(group, elector, until: stopsLeading) } }
                _ = await stopAsked.wait()
                if options.shutdownDelay > .zero {
                    // Ended early only by cancellation, which is a stop without delay.
                    do { try await environment.time.sleep(for: options.shutdownDelay) } catch {}
                }
                _ = state.withLock { $0.advance(to: .drainingControllers) }
                stopsLeading.open(())
            }
            _ = state.withLock { $0.advance(to: .stoppingOthers) }
            stopsOthers.open(())
        }
    }

    /// Runs the work of a group whenever this process leads it.
    private func lead(_ group: ElectionGroup, _ elector: LeaderElector, until stops: Latch<Void>) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.runPart("leader election for \(elector.options.lease)") { try await elector.run() } }
            let terms = elector.leadership()
            await withTaskGroup(of: Void.self) { following in
                following.addTask { await self.follow(terms, of: elector, .led(group), until: stops) }
                _ = await stopAsked.wait()
                await elector.retire()
            }
            let hasEnded = strays(of: parts(of: .led(group))) == nil
            await elector.stop(releasing: elector.options.releaseOnStop && hasEnded)
            tasks.cancelAll()
        }
    }

    /// Runs the work in each term, until no more terms come.
    private func follow(
        _ leaderships: AsyncStream<Leadership>,
        of elector: LeaderElector,
        _ scope: PartScope,
        until stops: Latch<Void>
    ) async {
        for await leadership in leaderships {
            switch leadership {
            case .following: break
            case .lost(let term): await elector.workEnded(of: term)
            case .leading(let term):
                await LeadershipTerm.$current.withValue(term) { await run(scope, until: stops, term: term) }
                if let strays = strays(of: parts(of: scope)) {
                    let message =
                        "leadership of \(term.lease) has ended, and reconciles that ignore cancellation were left behind: \(strays)"
                    stop(.partEnded(name: "leader-only work", error: ManagerError(code: .drainTimedOut, message: message)))
                    return
                }
                guard stopAsked.value == nil else { return }
                await elector.workEnded(of: term)
            }
        }
    }

    /// Runs parts until `stops` opens, then lets them end within the drain budget; or until the term is over, then cancels them. Returns
    /// when all have ended, but for strays.
    private func run(_ scope: PartScope, until stops: Latch<Void>, term: LeadershipTerm?) async {
        let (controllers, services) = beginScope(scope)
        let ended = Latch<Void>()
        await withTaskGroup(of: Void.self) { group in
            guard stops.value == nil else { return }
            group.addTask {
                await self.runParts(of: controllers)
                ended.open(())
            }
            group.addTask { await self.runParts(of: services) }
            await first([{ _ = await stops.wait() }, { await Self.waitUntilOver(term) }])
            if stops.value != nil {
                let draining = controllers.close()
                for part in draining { part.controller?.shutDown() }
                if !draining.isEmpty { await waitForDrain(ended, term) }
            }
            group.cancelAll()
        }
        endScope(scope)
    }

    /// Waits until the controllers have ended, at most for the drain budget and as long as the term lasts.
    private func waitForDrain(_ ended: Latch<Void>, _ term: LeadershipTerm?) async {
        let isOver = Latch<Void>()
        let timerID = environment.timer.makeID()
        environment.timer.arm(timerID, at: environment.time.now().advanced(by: options.drainBudget)) { isOver.open(()) }
        await first([
            { _ = await isOver.wait() }, { _ = await ended.wait() }, { await Self.waitUntilOver(term) },
        ])
        environment.timer.cancel(timerID)
    }

    /// Waits for the first of these to end, and cancels the others.
    private func first(_ waits: [@Sendable () async -> Void]) async {
        await withTaskGroup(of: Void.self) { race in
            for wait in waits { race.addTask { await wait() } }
            await race.next()
            race.cancelAll()
        }
    }

    /// Without a term, until canceled.
    private static func waitUntilOver(_ term: LeadershipTerm?) async {
        if let term { await term.waitUntilOver() } else { _ = await Latch<Void>().wait() }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging
import ServiceLifecycle

/// Running what does the work, on every replica or on the leader only.
extension Manager {
    /// Runs the others, and within their time the leader-only work; returns when a stop was asked for and all has ended.
    func runWork() async {
        var others = LeaderWork(services: services.filter { $0.group == .others })
        var led: [ElectionGroup: LeaderWork] = [:]
        for (controller, group) in controllers {
            if controller.needsLeaderElection {
                led[group, default: LeaderWork()].controllers.append(controller)
            } else {
                others.controllers.append(controller)
            }
        }
        for service in services {
            if case .leaderElection(let group) = service.group { led[group, default: LeaderWork()].services.append(service) }
        }
        for (group, _) in electors where led[group] == nil { led[group] = LeaderWork() }
        let stopsLeading = Latch<Void>()
        let stopsOthers = Latch<Void>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [others] in await self.run(others, until: stopsOthers, term: nil) }
            await withTaskGroup(of: Void.self) { leading in
                for (name, work) in led { leading.addTask { await self.lead(work, group: name, until: stopsLeading) } }
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

    /// Runs the work of a group whenever this process leads it; for ever when nobody is elected.
    private func lead(_ work: LeaderWork, group: ElectionGroup, until stops: Latch<Void>) async {
        guard let elector = electors.first(where: { $0.group == group })?.elector else {
            return await run(work, until: stops, term: nil)
        }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.runPart("leader election for \(elector.options.lease)") { try await elector.run() } }
            let terms = elector.leadership()
            await withTaskGroup(of: Void.self) { following in
                following.addTask { await self.follow(terms, of: elector, work, until: stops) }
                _ = await stopAsked.wait()
                await elector.retire()
            }
            let hasEnded = work.strays == nil
            await elector.stop(releasing: elector.options.releaseOnStop && hasEnded)
            tasks.cancelAll()
        }
    }

    /// Runs the work in each term, until no more terms come.
    private func follow(
        _ leaderships: AsyncStream<Leadership>,
        of elector: LeaderElector,
        _ work: LeaderWork,
        until stops: Latch<Void>
    ) async {
        for await leadership in leaderships {
            switch leadership {
            case .following: break
            case .lost(let term): await elector.workEnded(of: term)
            case .leading(let term):
                await LeadershipTerm.$current.withValue(term) { await run(work, until: stops, term: term) }
                if let strays = work.strays {
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
    private func run(_ work: LeaderWork, until stops: Latch<Void>, term: LeadershipTerm?) async {
        let ended = Latch<Void>()
        await withTaskGroup(of: Void.self) { group in
            guard stops.value == nil else { return }
            group.addTask {
                await withTaskGroup(of: Void.self) { all in
                    for controller in work.controllers {
                        all.addTask { await self.runPart("controller \(controller.name)") { try await controller.run() } }
                    }
                }
                ended.open(())
            }
            for service in work.services { group.addTask { await self.run(service) } }
            await first([{ _ = await stops.wait() }, { await Self.waitUntilOver(term) }])
            if stops.value != nil {
                for controller in work.controllers { controller.shutDown() }
                await waitForDrain(ended, term)
            }
            group.cancelAll()
        }
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

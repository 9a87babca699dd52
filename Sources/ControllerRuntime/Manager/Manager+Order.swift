// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging
import ServiceLifecycle

/// Starting and stopping in order: each group encloses the next one.
extension Manager {
    func runServers() async {
        await enclose(.servers, last: .stoppingServices) {
            guard state.withLock({ $0.advance(to: .startingWebhooks) }) else { return }
            await runWebhooks()
        }
    }

    private func runWebhooks() async {
        await enclose(.webhooks, last: .stoppingWebhooks) {
            guard state.withLock({ $0.advance(to: .syncingInformers) }) else { return }
            await runInformers()
        }
    }

    private func runInformers() async {
        await withTaskGroup(of: Void.self) { group in
            for cache in caches { group.addTask { await self.runPart("cache") { try await cache.run() } } }
            for informer in informers { group.addTask { await self.runPart(informer.name) { try await informer.run() } } }
            if await informersHaveSynced() { await runWork() }
            _ = state.withLock { $0.advance(to: .stoppingInformers) }
            group.cancelAll()
        }
    }

    /// Runs the services of a group, `body` when all of them are ready, and stops them after it.
    private func enclose(_ group: RunnableGroup, last phase: LifecycleState.Phase, body: () async -> Void) async {
        let services = services.filter { $0.group == group }
        await withTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { await self.run(service) } }
            if await areReady(services) { await body() }
            _ = state.withLock { $0.advance(to: phase) }
            group.cancelAll()
        }
    }

    func areReady(_ services: [ManagedService]) async -> Bool {
        for service in services {
            guard let isReady = service.isReady else { continue }
            let became = await raceWithStop {
                do { try await isReady() } catch { self.stop(.partEnded(name: service.name, error: error)) }
            }
            guard became else { return false }
        }
        return true
    }

    private func informersHaveSynced() async -> Bool {
        for cache in caches {
            guard await raceWithStop({ do { try await cache.waitUntilSynced() } catch { return } }) else { return false }
        }
        for informer in informers {
            // Only cancellation ends the wait early, and then raceWithStop says so.
            guard await raceWithStop({ do { try await informer.waitUntilSynced() } catch { return } }) else { return false }
        }
        guard state.withLock({ $0.advance(to: .running) }) else { return false }
        logger.info("running", metadata: ["controllers": "\(controllers.count)", "informers": "\(informers.count)"])
        return true
    }

    func run(_ service: ManagedService) async {
        await runPart(service.name) { try await service.service.run() }
    }

    /// Runs a part. Its end is a reason to stop, unless it was canceled.
    func runPart(_ name: String, _ body: @Sendable () async throws -> Void) async {
        do {
            try await body()
            if !Task.isCancelled { stop(.partEnded(name: name, error: nil)) }
        } catch {
            if !Task.isCancelled { stop(.partEnded(name: name, error: error)) }
        }
    }

    /// Waits for `body`, or for a stop. False when a stop came first or the task was canceled.
    private func raceWithStop(_ body: @escaping @Sendable () async -> Void) async -> Bool {
        let stopAsked = stopAsked
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { _ = await stopAsked.wait() }
            await group.next()
            group.cancelAll()
        }
        return stopAsked.value == nil && !Task.isCancelled
    }
}

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
        let (_, feed) = beginScope(.informers)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.runParts(of: feed) }
            if await informersHaveSynced() { await runWork() }
            _ = state.withLock { $0.advance(to: .stoppingInformers) }
            group.cancelAll()
        }
        endScope(.informers)
    }

    /// Runs the services of a scope, `body` when all of them are ready that were there at the start, and stops them after it.
    private func enclose(_ scope: PartScope, last phase: LifecycleState.Phase, body: () async -> Void) async {
        let (_, feed) = beginScope(scope)
        let services = parts(of: scope)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.runParts(of: feed) }
            if await areReady(services) { await body() }
            _ = state.withLock { $0.advance(to: phase) }
            group.cancelAll()
        }
        endScope(scope)
    }

    private func areReady(_ services: [ManagedPart]) async -> Bool {
        for service in services {
            guard case .service(let isReady?) = service.kind else { continue }
            let became = await raceWithStop {
                do { try await isReady() } catch { self.stop(.partEnded(name: service.name, error: error)) }
            }
            guard became else { return false }
        }
        return true
    }

    private func informersHaveSynced() async -> Bool {
        let sources = parts(of: .informers)
        for source in sources {
            let hasSynced = await raceWithStop {
                // Only cancellation ends the wait early, and then raceWithStop says so.
                do {
                    switch source.kind {
                    case .cache(let cache): try await cache.waitUntilSynced()
                    case .informer(let informer): try await informer.waitUntilSynced()
                    case .service, .controller: break
                    }
                } catch { return }
            }
            guard hasSynced else { return false }
        }
        guard state.withLock({ $0.advance(to: .running) }) else { return false }
        let controllers = parts.count { $0.controller != nil }
        logger.info("running", metadata: ["controllers": "\(controllers)", "informers": "\(sources.count)"])
        return true
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

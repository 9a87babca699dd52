// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// One informer of a cache: who holds it, and how it is ended.
struct CacheSlot: Sendable {
    let informer: any AnyInformer
    let key: CacheKey
    /// Declared, or watches that have not been released.
    var holders: Int
    /// Opened when nobody holds it any more.
    let release = Latch<Void>()
    /// Whether the process is not ready before it has synced.
    var gatesReadiness: Bool
    /// Shows the informer's metrics, and takes them away.
    let startMetrics: @Sendable () -> Void
    let stopMetrics: @Sendable () -> Void

    init<R: Resource>(_ informer: Informer<R>, scope: CacheScope, gatesReadiness: Bool) {
        self.informer = informer
        key = CacheKey(R.self, scope)
        holders = 1
        self.gatesReadiness = gatesReadiness
        startMetrics = { informer.startMetrics() }
        stopMetrics = { informer.stopMetrics() }
    }

    /// Runs the informer until nobody holds it or the task is canceled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [informer] in
                // Nothing of the server makes it throw.
                do { try await informer.run() } catch {}
            }
            group.addTask { [release] in _ = await release.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// What `/readyz` says of it.
    var health: HealthStatus {
        let health = informer.health
        guard !gatesReadiness, case .unhealthy(let reason) = health else { return health }
        return .healthy(note: reason)
    }
}

/// What informers are shared by.
struct CacheKey: Sendable, Hashable {
    let type: ObjectIdentifier
    let scope: CacheScope

    init<R: Resource>(_ type: R.Type, _ scope: CacheScope) {
        self.type = ObjectIdentifier(type)
        self.scope = scope
    }
}

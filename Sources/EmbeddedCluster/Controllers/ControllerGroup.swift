// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import Logging

/// A controller of the cluster: told of every change, it does what has to follow.
protocol ClusterController: Sendable {
    /// For messages.
    var name: String { get }

    /// Forgets everything and takes the present state of the store, at the start and when changes were missed.
    func synchronise() async throws(StatusError)

    /// Reacts to changes, in their order. May see changes that `synchronise` has already taken in.
    func handle(_ changes: [StoreChange]) async throws(StatusError)
}

/// Runs the cluster's controllers side by side.
struct ControllerGroup: Sendable {
    let access: ClusterAccess
    let store: ObjectStore
    let options: EmbeddedClusterOptions

    /// A controller that lets more changes wait starts over from the present state.
    private static let feedCapacity = 50_000
    /// Between attempts after a failure.
    private static let retryDelay = Duration.seconds(1)

    /// Returns when the task is cancelled or the store is closed.
    func run() async throws {
        let controllers: [any ClusterController] = [
            NamespaceController(access: access, system: SystemObjects(rootCertificate: options.rootCertificate)),
            CustomResourceController(access: access),
            ClusterRoleController(access: access),
            GarbageCollector(access: access),
            Scheduler(access: access),
        ]
        await withTaskGroup(of: Void.self) { group in
            for controller in controllers { group.addTask { await run(controller) } }
            group.addTask { await watchNodes() }
            group.addTask { await EventExpiry(access: access, clock: options.clock, logger: options.logger).run() }
            // The first to return has seen the end of the store, or was cancelled: the others end with it.
            await group.next()
            group.cancelAll()
        }
    }

    private func run(_ controller: any ClusterController) async {
        while !Task.isCancelled {
            do {
                let start = try await store.watch(WatchScope(), after: nil, includingState: false, capacity: Self.feedCapacity)
                try await controller.synchronise()
                try await follow(controller, start.feed)
            } catch {
                options.logger.error(
                    "a cluster controller failed and starts over",
                    metadata: ["controller": "\(controller.name)", "error": "\(error)"]
                )
                await options.clock.wait(until: options.clock.monotonicNow() + Self.retryDelay)
            }
            if await store.isShutDown { return }
        }
    }

    private func watchNodes() async {
        let controller = NodeHealthController(access: access, store: store, clock: options.clock)
        while !Task.isCancelled {
            do {
                try await controller.run()
                return
            } catch {
                options.logger.error(
                    "a cluster controller failed and starts over",
                    metadata: ["controller": "node-health", "error": "\(error)"]
                )
                await options.clock.wait(until: options.clock.monotonicNow() + Self.retryDelay)
            }
        }
    }

    private func follow(_ controller: any ClusterController, _ feed: WatchFeed) async throws(StatusError) {
        while !Task.isCancelled {
            switch await feed.next(until: nil, clock: options.clock) {
            case .changes(let changes): try await controller.handle(changes)
            case .ended: return
            case .nothing: break
            }
        }
    }
}

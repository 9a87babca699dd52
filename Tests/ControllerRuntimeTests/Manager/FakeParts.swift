// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesMeta
import ServiceLifecycle

/// A service that tells when it starts and stops, and ends when it is told to.
struct FakeService: Service {
    let name: String
    let told: Calls<String>
    var end = Latch<Void>()
    var error: (any Error)?

    func run() async throws {
        told.put("\(name) started")
        _ = await end.wait()
        told.put("\(name) stopped")
        if let error { throw error }
    }
}

/// A service that tells when it starts and is canceled.
struct CanceledService: Service {
    let name: String
    let told: Calls<String>
    let hasStarted = Latch<Void>()

    func run() async throws {
        told.put("\(name) started")
        hasStarted.open(())
        _ = await Latch<Void>().wait()
        told.put("\(name) stopped")
    }
}

/// An informer that syncs when it is told to.
final class FakeInformer: AnyInformer {
    let name: String
    let told: Calls<String>
    let synced = Latch<Void>()

    init(name: String, told: Calls<String>) {
        self.name = name
        self.told = told
    }

    var kind: GroupVersionKind { GroupVersionKind(group: "", version: "v1", kind: "Fake") }
    var status: InformerStatus { hasSynced ? .synced : .listing(received: 3) }
    var hasSynced: Bool { synced.value != nil }

    func run() async throws {
        told.put("\(name) started")
        _ = await Latch<Void>().wait()
        told.put("\(name) stopped")
    }

    func waitUntilSynced() async throws { if await synced.wait() == nil { throw CancellationError() } }
    func hasCaughtUp(to revision: String, in namespace: String?) -> Bool { true }
    func whenCaughtUp(to revision: String, in namespace: String?, run action: @escaping @Sendable () -> Void) { action() }
}

/// A controller that, once shut down, goes on until its work is ended or it is canceled.
final class FakeController: AnyController {
    let name: String
    let told: Calls<String>
    let informers: [any AnyInformer]
    let work = Latch<Void>()
    private let isShutDown = Latch<Void>()

    init(name: String, told: Calls<String>, informers: [any AnyInformer]) {
        self.name = name
        self.told = told
        self.informers = informers
    }

    var health: HealthStatus { .healthy() }
    var activity: (active: Int, strays: Int) { (0, 0) }

    func run() async throws {
        told.put("\(name) started")
        _ = await isShutDown.wait()
        let isDone = await work.wait() != nil
        told.put("\(name) \(isDone ? "stopped" : "canceled")")
    }

    func shutDown() {
        told.put("\(name) draining")
        isShutDown.open(())
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// What the manager runs, and when.
struct ManagedPart: Sendable {
    enum Kind: Sendable {
        case service(isReady: (@Sendable () async throws -> Void)?)
        case cache(Cache)
        case informer(any AnyInformer)
        case controller(any AnyController)
    }

    let name: String
    let scope: PartScope
    let kind: Kind
    let run: @Sendable () async throws -> Void

    init(
        _ service: any Service,
        name: String,
        group: RunnableGroup,
        isReady: (@Sendable () async throws -> Void)?
    ) {
        self.name = name
        scope = PartScope(group)
        kind = .service(isReady: isReady)
        run = { try await service.run() }
    }

    init(_ cache: Cache) {
        name = "cache"
        scope = .informers
        kind = .cache(cache)
        run = { try await cache.run() }
    }

    init(_ informer: any AnyInformer) {
        name = informer.name
        scope = .informers
        kind = .informer(informer)
        run = { try await informer.run() }
    }

    init(_ controller: any AnyController, group: ElectionGroup) {
        name = "controller \(controller.name)"
        scope = controller.needsLeaderElection ? .led(group) : .others
        kind = .controller(controller)
        run = { try await controller.run() }
    }

    /// The controller, when it is one: it is drained before it is canceled.
    var controller: (any AnyController)? {
        if case .controller(let controller) = kind { controller } else { nil }
    }

    var isService: Bool { if case .service = kind { true } else { false } }

    func isCache(_ cache: Cache) -> Bool { if case .cache(let other) = kind { other === cache } else { false } }

    func isInformer(_ informer: any AnyInformer) -> Bool {
        guard case .informer(let other) = kind else { return false }
        return ObjectIdentifier(other as AnyObject) == ObjectIdentifier(informer as AnyObject)
    }
}

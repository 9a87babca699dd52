// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
public import KubernetesMeta
public import Logging

/// What a reconcile gets besides its key.
public struct ReconcileContext: Sendable {
    /// The controller's name.
    public let controller: String
    /// Names this one reconcile in the log.
    public let id: String
    /// A log that carries controller, key, reconcile id and causes.
    public let logger: Logger
    /// How often this key has failed in a row before this reconcile.
    public let failures: Int
    /// Why the key is reconciled: the causes of all adds since its last reconcile began. A help for people and metrics: a reconciler decides
    /// from what there is, not from what has happened, because causes are lost when a process ends.
    public let causes: ReconcileCauses
    /// The priority at which the key waited.
    public let priority: Int
    /// How long the key waited for its worker.
    public let waited: Duration
    /// When the reconcile is canceled; nil for never.
    public let deadline: MonotonicInstant?
    /// Whether the cache has not shown an earlier write of this key within the bound. Read live what matters.
    public let cacheMayBeStale: Bool
    /// Where time comes from.
    public let time: TimeSource
    /// Where randomness comes from.
    public let random: RandomSource
    private let written = Locked<Set<RecordedWrite>>([])
    private let next: Locked<Int>

    /// A context for calling a reconciler without a controller, as tests do.
    public init(
        controller: String = "test",
        id: String = "0",
        logger: Logger = Logger(label: "reconcile"),
        failures: Int = 0,
        causes: ReconcileCauses = ReconcileCauses(),
        priority: Int = WorkPriority.normal,
        waited: Duration = .zero,
        deadline: MonotonicInstant? = nil,
        cacheMayBeStale: Bool = false,
        time: TimeSource = .system,
        random: RandomSource = .system
    ) {
        self.controller = controller
        self.id = id
        self.logger = logger
        self.failures = failures
        self.causes = causes
        self.priority = priority
        self.waited = waited
        self.deadline = deadline
        self.cacheMayBeStale = cacheMayBeStale
        self.time = time
        self.random = random
        next = Locked(priority)
    }

    /// The priority at which the key waits when this reconcile asks for another one or fails: the one at which it has waited, unless another
    /// one is set. Someone else who adds the key meanwhile can raise it, not lower it.
    public var nextPriority: Int {
        get { next.withLock { $0 } }
        nonmutating set { next.withLock { $0 = newValue } }
    }

    /// Tells what the server answered to a create, replace or patch. The key is then not reconciled again before the controller's informer
    /// of that kind has seen the revision, so that no reconcile acts on a state from before its own write.
    ///
    /// - Returns: The object, for writing `let pod = context.wrote(try await client.create(pod))`.
    @discardableResult
    public func wrote<R: Resource>(_ answer: R) -> R {
        note(answer, deletedUID: nil)
        return answer
    }

    /// Tells that the server has accepted the deletion of `object`. The key is then not reconciled again before the controller's informer of
    /// that kind shows the object, which it knows by its uid, as gone or being deleted.
    ///
    /// - Parameter object: As it was read: with its uid and resource version.
    public func wroteDeletion<R: Resource>(of object: R) {
        guard let uid = object.metadata.uid, !uid.isEmpty else { return }
        note(object, deletedUID: uid)
    }

    /// An answer without a revision, as that of some subresources, names nothing that could be waited for.
    private func note<R: Resource>(_ object: R, deletedUID: String?) {
        guard let revision = object.metadata.resourceVersion, !revision.isEmpty else { return }
        let write = RecordedWrite(
            kind: R.groupVersionKind,
            namespace: R.scope == .namespaced ? object.metadata.namespace : nil,
            name: object.metadata.name ?? "",
            revision: revision,
            deletedUID: deletedUID
        )
        written.withLock { _ = $0.insert(write) }
    }

    /// What `wrote` was told.
    package var writes: Set<RecordedWrite> { written.withLock { $0 } }
}

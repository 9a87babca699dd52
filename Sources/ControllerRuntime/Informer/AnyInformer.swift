// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// What controllers and the manager need of an informer, whatever its kind.
public protocol AnyInformer: Sendable {
    /// The plural and group, and the namespace when there is one, for log and health.
    var name: String { get }
    /// The kind of the objects.
    var kind: GroupVersionKind { get }
    /// Where it stands.
    var status: InformerStatus { get }
    /// Whether the store has held the server's whole state.
    var hasSynced: Bool { get }
    /// Follows the server until the task is canceled.
    func run() async throws
    /// Waits for `hasSynced`; throws `CancellationError`.
    func waitUntilSynced() async throws
    /// Whether the store holds all changes of `namespace`, nil for all, up to `revision`; true also when that cannot be compared, and for a
    /// namespace that is not followed.
    func hasCaughtUp(to revision: String, in namespace: String?) -> Bool
    /// Runs `action` once, as soon as `hasCaughtUp(to:in:)`. It must be quick.
    func whenCaughtUp(to revision: String, in namespace: String?, run action: @escaping @Sendable () -> Void)
    /// Whether the store shows that the object of this key and uid is gone or going: not before it holds all changes up to `revision`, one
    /// of the object's own.
    func hasSeenDeletion(of key: ObjectKey, uid: String, after revision: String) -> Bool
    /// Runs `action` once, as soon as `hasSeenDeletion(of:uid:after:)`. It must be quick.
    func whenDeletionSeen(of key: ObjectKey, uid: String, after revision: String, run action: @escaping @Sendable () -> Void)
    /// Whether an object of this name, in this namespace, is one of those that are followed; true when that depends on what may change.
    func mayFollow(_ name: String, in namespace: String?) -> Bool
    /// The cache that runs it; nil when nobody does but who calls `run()`.
    var cache: Cache? { get }
}

extension AnyInformer {
    /// None.
    public var cache: Cache? { nil }

    /// True: nothing is known of objects.
    public func hasSeenDeletion(of key: ObjectKey, uid: String, after revision: String) -> Bool { true }

    /// At once: nothing is known of objects.
    public func whenDeletionSeen(
        of key: ObjectKey,
        uid: String,
        after revision: String,
        run action: @escaping @Sendable () -> Void
    ) { action() }

    /// True.
    public func mayFollow(_ name: String, in namespace: String?) -> Bool { true }

    /// Whether the store holds all changes up to `revision`; true also when that cannot be compared.
    public func hasCaughtUp(to revision: String) -> Bool { hasCaughtUp(to: revision, in: nil) }

    /// Runs `action` once, as soon as the store holds all changes up to `revision`. It must be quick.
    public func whenCaughtUp(to revision: String, run action: @escaping @Sendable () -> Void) {
        whenCaughtUp(to: revision, in: nil, run: action)
    }
}

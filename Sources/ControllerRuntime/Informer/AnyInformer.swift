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
    /// Whether the store holds all changes up to `revision`; true also when that cannot be compared.
    func hasCaughtUp(to revision: String) -> Bool
    /// Runs `action` once, as soon as the store holds all changes up to `revision`. It must be quick.
    func whenCaughtUp(to revision: String, run action: @escaping @Sendable () -> Void)
}

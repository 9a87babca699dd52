// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Makes the world match what one key asks for.
///
/// It is called with a key only, reads the present state from informers (or live), decides, and writes. It must be safe to call again at any
/// time: after an error, after a restart, without any change. The same key is never reconciled twice at once. It runs on threads of its own
/// (`WorkerExecutor`) and may block them, but a reconcile that overruns its budget is canceled.
public protocol Reconciler: Sendable {
    /// What names a unit of work.
    associatedtype Key: Hashable & Sendable = ObjectKey

    /// Reconciles `key`.
    ///
    /// - Returns: When to come back, if at all.
    /// - Throws: Anything; it counts as `ReconcileResult.retry`.
    func reconcile(_ key: Key, context: ReconcileContext) async throws -> ReconcileResult
}

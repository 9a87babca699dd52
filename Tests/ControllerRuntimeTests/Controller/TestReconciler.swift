// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// A reconciler that does what a closure says.
struct TestReconciler: Reconciler {
    typealias Key = String

    private let body: @Sendable (String, ReconcileContext) async throws -> ReconcileResult

    init(_ body: @escaping @Sendable (String, ReconcileContext) async throws -> ReconcileResult) { self.body = body }

    func reconcile(_ key: String, context: ReconcileContext) async throws -> ReconcileResult { try await body(key, context) }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Keeps a function registered with `MetricsRegistry.onRender` for as long as it lives.
public final class MetricsCollector: Sendable {
    private let remove: @Sendable () -> Void

    init(remove: @escaping @Sendable () -> Void) { self.remove = remove }

    deinit { remove() }
}

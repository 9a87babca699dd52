// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

/// Whether a controller takes keys from its sources.
///
/// A replica that does not lead keeps its caches, not a queue of everything that ever changed: while the intake is closed changes are
/// dropped, and opening it adds all objects that there are. What changes meanwhile is not lost, because a store changes before anyone hears.
final class SourceIntake: Sendable {
    /// Adds the keys of all objects of a source, for this reason.
    typealias AddAll = @Sendable (ReconcileCause.Reason) -> Void

    private struct State {
        var isOpen = false
        var sources: [AddAll] = []
    }

    private let state = Locked(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func addSource(_ addAll: @escaping AddAll) {
        let isOpen = state.withLock { state in
            state.sources.append(addAll)
            return state.isOpen
        }
        if isOpen { addAll(.listed) }
    }

    func open() {
        let sources = state.withLock { state in
            state.isOpen = true
            return state.sources
        }
        for addAll in sources { addAll(.listed) }
    }

    /// Adds all objects once more.
    func resync() {
        let sources = state.withLock { $0.isOpen ? $0.sources : [] }
        for addAll in sources { addAll(.resynced) }
    }

    func close() { state.withLock { $0.isOpen = false } }
}

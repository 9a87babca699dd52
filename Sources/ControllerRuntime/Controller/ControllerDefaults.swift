// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// How the controllers of a process work that say nothing else, as controller-runtime's `config.Controller` does for a manager.
///
/// It is part of ``RuntimeEnvironment``, so it holds for all that are made with the environment after it was set.
public struct ControllerDefaults: Sendable {
    /// For controllers that are made without options.
    public var options: ControllerOptions
    /// How many keys are reconciled at the same time, at least one, by the kind that a ``ControllerBuilder`` is for: `Pod` for a kind of the core group,
    /// else kind and group, as `ReplicaSet.apps`. It goes before ``options`` and after what the builder is told.
    public var workersByKind: [String: Int]

    /// Defaults for all kinds, and for some.
    public init(options: ControllerOptions = ControllerOptions(), workersByKind: [String: Int] = [:]) {
        self.options = options
        self.workersByKind = workersByKind
    }

    /// The options of a controller for this kind.
    public func options<R: Resource>(for type: R.Type) -> ControllerOptions {
        let kind = R.groupVersionKind
        var options = options
        if let workers = workersByKind[kind.group.isEmpty ? kind.kind : "\(kind.kind).\(kind.group)"] {
            options.workers = max(1, workers)
        }
        return options
    }
}

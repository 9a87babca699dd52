// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

extension Controller: DebugInspectable {
    /// The controller's name.
    public var debugName: String { name }

    /// Its workers and its queue.
    public func debugSnapshot(limit: Int) -> JSONValue {
        let activity = activity
        return [
            "workers": .int(options.workers),
            "active": .int(activity.active),
            "strays": .int(activity.strays),
            "queue": queue.debugSnapshot(limit: limit),
        ]
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

extension WorkQueue: DebugInspectable {
    /// The queue's name.
    public var debugName: String { name }

    /// How many keys wait, come later and are worked on.
    public func debugSnapshot(limit: Int) -> JSONValue {
        ["depth": .int(depth), "delayed": .int(delayedCount), "processing": .int(processingCount)]
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// What happened to one object of a store. At least one of both is there.
public struct ObjectChange<R: Resource>: Sendable {
    /// Names the object.
    public let key: ObjectKey
    /// What the store held before; nil for a new object.
    public let old: R?
    /// What the store holds now; nil for a deleted object. An object that was deleted and made again between two looks comes as one change:
    /// compare the UIDs.
    public let new: R?

    /// The newest state known: the new one, or the last one of a deleted object.
    public var object: R? { new ?? old }

    /// A change of the object named `key`.
    public init(key: ObjectKey, old: R?, new: R?) {
        self.key = key
        self.old = old
        self.new = new
    }
}

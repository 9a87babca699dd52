// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

extension WallTime {
    /// The moment that an object's field holds.
    public init(_ time: Time) { self.init(seconds: time.seconds) }

    /// The moment that an object's field holds.
    public init(_ time: MicroTime) { self.init(microseconds: time.microseconds) }

    /// For a field of type `metav1.Time`; the fraction of the second is dropped.
    public var time: Time { Time(seconds: seconds) }

    /// For a field of type `metav1.MicroTime`.
    public var microTime: MicroTime { MicroTime(microseconds: microseconds) }
}

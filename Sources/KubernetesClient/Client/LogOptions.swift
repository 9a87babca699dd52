// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Which part of a container's log is returned, and whether the answer goes on with what comes.
public struct LogOptions: Sendable, Hashable {
    /// Go on until the container ends.
    public var follow: Bool
    /// Only the last lines; nil for all.
    public var tailLines: Int64?
    /// Stop after this many bytes; nil for no limit.
    public var limitBytes: Int64?
    /// Only what is younger than this; nil for all. Excludes ``sinceTime``.
    public var sinceSeconds: Int64?
    /// Only what was written since; nil for all.
    public var sinceTime: Time?
    /// Put the time before each line.
    public var timestamps: Bool
    /// The log of the container's run before this one.
    public var previous: Bool

    /// Options for the whole log unless something is given.
    public init(
        follow: Bool = false,
        tailLines: Int64? = nil,
        limitBytes: Int64? = nil,
        sinceSeconds: Int64? = nil,
        sinceTime: Time? = nil,
        timestamps: Bool = false,
        previous: Bool = false
    ) {
        self.follow = follow
        self.tailLines = tailLines
        self.limitBytes = limitBytes
        self.sinceSeconds = sinceSeconds
        self.sinceTime = sinceTime
        self.timestamps = timestamps
        self.previous = previous
    }
}

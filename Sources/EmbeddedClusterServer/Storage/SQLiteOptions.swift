// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How an ``SQLiteStorage`` trades speed for safety.
public struct SQLiteOptions: Sendable {
    /// What survives what.
    public enum Durability: Sendable {
        /// Nothing that was acknowledged is lost when the process dies, kill -9 included. A power cut or a crash of the operating system
        /// may lose the changes of the last moments, never a part of a change, and never makes the database unreadable.
        case processCrash
        /// Nothing that was acknowledged is lost by a power cut either. Each change waits for the disk.
        case powerCut
    }

    /// What survives what.
    public var durability: Durability

    /// The largest size of the database in bytes, nil for as much as the disk has. A change that does not fit is refused.
    public var maximumBytes: Int?

    /// Options; by default what a cluster on a laptop needs.
    public init(durability: Durability = .processCrash, maximumBytes: Int? = nil) {
        self.durability = durability
        self.maximumBytes = maximumBytes
    }
}

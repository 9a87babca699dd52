// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCoordination

/// What an ``ElectionState`` wants done.
enum ElectionAction: Sendable, Hashable {
    /// Read the lease from the server.
    case read
    /// Create the lease.
    case create(holder: String, epoch: Int32)
    /// Write the lease over this version and no other.
    ///
    /// - holder: nil to give it back.
    /// - acquires: whether the time of acquiring is new too.
    case update(Lease, holder: String?, epoch: Int32, acquires: Bool)
    /// Say `woke` at this instant and at no other; nil for not at all.
    case wake(at: MonotonicInstant?)
    /// Leadership begins.
    case lead(epoch: Int, deadline: MonotonicInstant)
    /// Leadership lasts longer.
    case extend(deadline: MonotonicInstant)
    /// Leadership has ended.
    case end(reason: String)
    /// Another one leads, or nobody.
    case follow(leader: String?)
    /// The leader's short way, a write without a read, did not do.
    case countSlowPath
    case log(String)
    /// Nothing more will be asked for.
    case stopped
}

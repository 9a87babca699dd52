// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCoordination

/// What an ``ElectionState`` is told.
enum ElectionEvent: Sendable {
    case started
    /// The instant of the last `wake` has come.
    case woke
    /// The watch on the lease has been opened, or has ended.
    case watch(isOpen: Bool)
    /// The watch tells of the lease; when it does not exist any more, of its last state.
    case observed(Lease, exists: Bool)
    /// The request that was asked for has ended.
    case answered(Answer)
    /// All work of the term that ended has ended too.
    case workEnded
    /// Contend no more. The work of the term, if there is one, has ended.
    case stop(release: Bool)

    enum Answer: Sendable {
        /// What the server has; nil when there is no lease.
        case lease(Lease?)
        /// The server wrote nothing, because somebody else had written.
        case refused
        /// Nobody knows what the server did.
        case failed(String)
    }
}

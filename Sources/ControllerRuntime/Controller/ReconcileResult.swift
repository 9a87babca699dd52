// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a reconcile ended and when its key comes back.
public enum ReconcileResult: Sendable {
    /// Nothing more to do until something changes. The key's failures are forgotten.
    case done
    /// Come back after this time at the latest. The key's failures are forgotten.
    case requeue(after: Duration)
    /// It got further and has more to do: the key is reconciled again, behind the others of its priority. The key's failures are forgotten,
    /// so a failure of a later step waits as short as a first one.
    case progressed
    /// It failed; try again after a wait that grows with each failure of the key. A thrown error means the same.
    case retry(any Error)
    /// It failed, and trying again without a change is useless. The error is logged and counted.
    case terminal(any Error)
}

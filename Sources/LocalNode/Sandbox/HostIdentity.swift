// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The host user that a sandbox runs as. Inside it is uid 1000.
struct HostIdentity: Sendable, Hashable {
    let uid: UInt32
    let gid: UInt32
}

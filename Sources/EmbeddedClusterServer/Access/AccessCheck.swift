// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import EmbeddedCluster

/// Refuses, with the Status 403, what a user may not do.
package typealias AccessCheck = @Sendable (_ attributes: RequestAttributes, _ user: UserInfo) throws(StatusError) -> Void

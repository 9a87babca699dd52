// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import EmbeddedCluster
package import HTTPTypes
package import KubernetesClient

/// Answers a request whose user is known: `EmbeddedCluster.handle`.
package typealias ClusterRequestHandler = @Sendable (_ head: HTTPRequest, _ body: [UInt8], _ user: UserInfo) async -> HTTPExchange

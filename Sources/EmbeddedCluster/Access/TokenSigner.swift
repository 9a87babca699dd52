// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// Makes the tokens of service accounts from claims, and knows its own again.
package protocol TokenSigner: Sendable {
    /// A signed token.
    func token(with claims: JSONValue) -> String

    /// The claims of a token; nil for one that this signer has not made. Whether it still holds is the caller's question.
    func claims(of token: String) -> JSONValue?
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What one request shows of who the client is.
struct RequestCredentials: Sendable {
    /// The token of the field Authorization; nil for none.
    var token: String?
    /// Whom the connection trusts, and the client's certificate.
    var tls: TLSMaterial
    /// What the two are from, where a plugin gave them.
    var plugin: ExecCredentialState.Held?
}

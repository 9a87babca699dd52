// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Gives each request its credentials, and newer ones when a server has refused those.
struct CredentialSource: Sendable {
    private let token: BearerTokenSource?
    private let tls: TLSMaterialSource

    init(configuration: ClientConfiguration) {
        token = configuration.token.map { BearerTokenSource($0) }
        tls = TLSMaterialSource(configuration.tls)
    }

    /// The credentials for a request that begins at `now`.
    func current(now: ContinuousClock.Instant) throws(TransportError) -> RequestCredentials {
        RequestCredentials(token: try token?.current(now: now), tls: tls.current(now: now))
    }

    /// Others than those, which the server has refused (401); nil when there are none, so that asking again would be in vain.
    func renewed(after refused: RequestCredentials, now: ContinuousClock.Instant) throws(TransportError) -> RequestCredentials? {
        let renewed = RequestCredentials(token: try token?.reload(now: now), tls: tls.reload(now: now))
        return renewed.token == refused.token && renewed.tls === refused.tls ? nil : renewed
    }

    /// The same credentials with the certificates that are in their files now; nil when those are the ones with which the connection
    /// could not be made.
    func reloaded(after failed: RequestCredentials, now: ContinuousClock.Instant) -> RequestCredentials? {
        let material = tls.reload(now: now)
        return material === failed.tls ? nil : RequestCredentials(token: failed.token, tls: material)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Gives each request its credentials, and newer ones when a server has refused those.
///
/// Where the configuration has a token or a certificate of its own, no plugin is run, as with client-go.
final class CredentialSource: Sendable {
    private let token: BearerTokenSource?
    private let tls: TLSMaterialSource
    private let plugin: ExecCredentialSource?
    /// The certificates that were last given out, so that they are the same object as long as they are the same.
    private let given = Locked<TLSMaterial?>(nil)

    convenience init(configuration: ClientConfiguration) {
        let plugin = configuration.execPlugin.map { plugin in
            ExecCredentialSource(plugin: plugin) { () throws(ExecCredentialError) in try await plugin.run(for: configuration) }
        }
        self.init(configuration: configuration, plugin: plugin)
    }

    init(configuration: ClientConfiguration, plugin: ExecCredentialSource?) {
        token = configuration.token.map { BearerTokenSource($0) }
        tls = TLSMaterialSource(configuration.tls)
        let hasCertificate = configuration.tls.clientCertificate != nil || configuration.tls.files.clientCertificate != nil
        self.plugin = token != nil || hasCertificate ? nil : plugin
    }

    /// The credentials for a request that begins at `now` and ends at `deadline`, which is when to wait for a plugin no longer.
    func current(
        now: ContinuousClock.Instant,
        until deadline: ContinuousClock.Instant?
    ) async throws(TransportError) -> RequestCredentials {
        let held = try await plugin?.current(until: deadline)
        return credentials(token: try token?.current(now: now), tls: tls.current(now: now), plugin: held)
    }

    /// Others than those, which the server has refused (401); nil when there are none, so that asking again would be in vain.
    func renewed(
        after refused: RequestCredentials,
        now: ContinuousClock.Instant,
        until deadline: ContinuousClock.Instant?
    ) async throws(TransportError) -> RequestCredentials? {
        let token = try token?.reload(now: now)
        let tls = tls.reload(now: now)
        var held = refused.plugin
        if let plugin, let before = held { held = try await plugin.renewed(after: before, until: deadline) ?? before }
        let renewed = credentials(token: token, tls: tls, plugin: held)
        return renewed.token == refused.token && renewed.tls === refused.tls ? nil : renewed
    }

    /// The same credentials with the certificates that are in their files now; nil when those are the ones with which the connection
    /// could not be made.
    func reloaded(after failed: RequestCredentials, now: ContinuousClock.Instant) -> RequestCredentials? {
        let reloaded = credentials(token: failed.token, tls: tls.reload(now: now), plugin: failed.plugin)
        return reloaded.tls === failed.tls ? nil : reloaded
    }

    /// Ends a plugin that runs; requests that wait for it end with `closed`.
    func shutdown() async { await plugin?.shutdown() }

    private func credentials(token: String?, tls: TLSMaterial, plugin: ExecCredentialState.Held?) -> RequestCredentials {
        guard let plugin else { return RequestCredentials(token: token, tls: tls) }
        var parts = tls.parts
        parts.clientCertificate = plugin.credential.clientCertificate
        parts.clientKey = plugin.credential.clientKey
        let material = given.withLock { [parts] given -> TLSMaterial in
            if let given, given.parts == parts { return given }
            let material = TLSMaterial(parts)
            given = material
            return material
        }
        return RequestCredentials(token: plugin.credential.token, tls: material, plugin: plugin)
    }
}

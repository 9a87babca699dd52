// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import HTTPSServing
import Logging
public import ServiceLifecycle
import SwiftASN1
import X509

/// Shows a certificate that the process makes for itself, in memory, and replaces when a third of its life is left.
///
/// It keeps readers from listening in, not others from pretending to be this server: a client has no reason to trust it and must leave the
/// check out. Where that matters give files to a ``CertificateWatcher``.
public struct SelfMadeCertificate: Service {
    /// Where the certificate is shown to servers.
    public let holder: CertificateHolder
    private let names: ServerNames
    private let lifetime: Duration
    private let environment: RuntimeEnvironment

    /// A certificate that is made by `run()`.
    ///
    /// - Parameters:
    ///   - host: What the server is called beside `localhost` and 127.0.0.1.
    ///   - lifetime: How long each is valid: 90 days unless given, at least an hour.
    public init(
        host: String = HostName.current,
        lifetime: Duration = .seconds(90 * 86_400),
        holder: CertificateHolder = CertificateHolder(),
        environment: RuntimeEnvironment
    ) {
        names = ServerNames(dns: ["localhost", host], addresses: [[127, 0, 0, 1]])
        self.lifetime = max(lifetime, .seconds(3600))
        self.holder = holder
        self.environment = environment
    }

    /// Keeps a certificate until the surrounding service group shuts down or the task is canceled.
    ///
    /// - Throws: ``ServingError`` with the code `certificate` when none can be made.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let now = environment.time.wallNow()
                let pair = try make(now)
                holder.update(pair)
                environment.logger.info("made a certificate of its own", metadata: ["until": "\(pair.notAfter.time)"])
                let renewal = CertificateSchedule.Validity(notBefore: now, notAfter: pair.notAfter).renewal
                do { try await environment.time.sleep(for: now.duration(to: renewal)) } catch { return }
            }
        }
    }

    private func make(_ now: WallTime) throws(ServingError) -> CertificatePair {
        let (certificate, key): (String, String)
        do {
            let authority = try CertificateAuthority(name: "self-made", now: now.date, lifetime: lifetime.inSeconds)
            let name = names.dns.last.map { String($0.prefix(64)) } ?? "localhost"
            let issued = try authority.issue(name: name, hosts: names, lifetime: lifetime.inSeconds, now: now.date)
            (certificate, key) = (try issued.0.pem(), try issued.1.serializeAsPEM().pemString)
        } catch {
            throw ServingError(.certificate, "no certificate can be made: \(error)", underlying: error)
        }
        return try CertificatePair(certificatePEM: Array(certificate.utf8), keyPEM: Array(key.utf8))
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import KubernetesClient
import Logging
import NIOSSL
public import ServiceLifecycle
import SwiftASN1
import X509

/// The authorities whose clients a server admits, from a file that is followed as it changes.
///
/// A client has to show a certificate for clients that one of them has signed, now valid; else the handshake fails. Before the file has been
/// read nobody is admitted. While it cannot be read, or holds no certificate, the old ones stay in use and the log says why, once for each
/// reason. Connections that are open go on.
///
/// A `Service`: `run()` follows the file.
public final class ClientAuthorities: Service {
    private let path: String
    private let interval: Duration
    private let environment: RuntimeEnvironment
    private let roots = Locked<[Certificate]>([])

    /// Authorities that are not read before `run()`.
    ///
    /// - Parameters:
    ///   - path: A PEM file of certificates, at most 1 MiB, as the `ca.crt` of a mounted Secret.
    ///   - interval: Between two readings, 10 s by default.
    public init(path: String, interval: Duration = .seconds(10), environment: RuntimeEnvironment) {
        self.path = path
        self.interval = interval
        self.environment = environment
    }

    /// Reads until the surrounding service group shuts down or the task is canceled.
    ///
    /// - Throws: ``ServingError`` when the file could not be read for ten seconds from the start.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            guard try await self.readFirst() else { return }
            await self.follow()
        }
    }

    /// False when canceled.
    private func readFirst() async throws(ServingError) -> Bool {
        var attempts = Self.firstAttempts
        while true {
            do throws(ServingError) {
                try update()
                return true
            } catch {
                attempts -= 1
                guard attempts > 0 else { throw error }
                environment.logger.info("waiting for the authorities of clients: \(error)")
            }
            do { try await environment.time.sleep(for: .seconds(1)) } catch { return false }
        }
    }

    private func follow() async {
        var lastComplaint: String?
        while true {
            do { try await environment.time.sleep(for: interval) } catch { return }
            do throws(ServingError) {
                try update()
                lastComplaint = nil
            } catch {
                if lastComplaint != error.message {
                    environment.logger.error("the new authorities of clients cannot be used, the old ones stay: \(error)")
                }
                lastComplaint = error.message
            }
        }
    }

    private func update() throws(ServingError) {
        let new: [Certificate]
        do {
            let bytes = try SmallFile.read(path, limit: 1 << 20)
            new = try PEMDocument.parseMultiple(pemString: String(decoding: bytes, as: UTF8.self))
                .map { try Certificate(pemDocument: $0) }
        } catch {
            throw ServingError(.certificate, "\(path): \(error); certificates in PEM are expected", underlying: error)
        }
        guard !new.isEmpty else { throw ServingError(.certificate, "\(path): there is no certificate in it") }
        let isChange = roots.withLock { roots in
            defer { roots = new }
            return roots != new
        }
        if isChange { environment.logger.info("clients of these authorities are admitted", metadata: ["file": "\(path)"]) }
    }

    /// Whether a client that shows these certificates, its own first, is admitted.
    func admit(_ chain: [NIOSSLCertificate]) async -> Bool {
        let roots = roots.withLock { $0 }
        guard !roots.isEmpty, !chain.isEmpty, chain.count <= Self.maximumChain else { return false }
        let certificates: [Certificate]
        do { certificates = try chain.map { try Certificate(derEncoded: $0.toDERBytes()) } } catch { return false }
        guard Self.isForClients(certificates[0]) else { return false }
        var verifier = Verifier(rootCertificates: CertificateStore(roots)) { RFC5280Policy() }
        let result = await verifier.validate(leaf: certificates[0], intermediates: CertificateStore(certificates.dropFirst()))
        if case .validCertificate = result { return true }
        return false
    }

    /// One that does not say what it is for is for everything.
    private static func isForClients(_ certificate: Certificate) -> Bool {
        // An extension that cannot be read admits nobody.
        guard let usage = try? certificate.extensions.extendedKeyUsage else {
            return certificate.extensions[oid: ASN1ObjectIdentifier.X509ExtensionID.extendedKeyUsage] == nil
        }
        return usage.contains(.clientAuth) || usage.contains(.any)
    }

    private static let firstAttempts = 10
    /// Certificates that a client may show.
    private static let maximumChain = 10
}

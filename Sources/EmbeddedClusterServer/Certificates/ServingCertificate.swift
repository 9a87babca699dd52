// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import FoundationEssentials
import HTTPSServing
import SwiftASN1
import X509

/// The certificate and key that the server shows, and the authority that clients should trust. All are PEM texts.
public struct ServingCertificate: Sendable, Hashable {
    /// The authority's certificate, for kubeconfig files.
    public let authority: String
    let certificate: String
    let key: String

    /// The certificates of a state directory as of now; see the other initializer.
    public init(directory: PrivateDirectory) throws(ServerError) { try self.init(directory: directory, now: Date()) }

    /// Loads the certificates of a state directory, or makes what is missing.
    ///
    /// Four files of mode 0600: `ca.crt`, `ca.key`, `server.crt`, `server.key`. The server's certificate is made anew when it ends within
    /// `renewalMargin`, was not issued by this authority, or lacks a name. The authority is made anew only when it ends within that time;
    /// its clients need the new one then.
    ///
    /// - Parameters:
    ///   - directory: Where they are kept.
    ///   - now: The time of day.
    /// - Throws: ``ServerError``; a file that exists but cannot be used is never replaced in silence.
    package init(directory: PrivateDirectory, now: Date) throws(ServerError) {
        let authority = try Self.authority(in: directory, now: now)
        let names = ServerNames.loopback
        self.authority = try Self.pem(authority.certificate)
        if let stored = try Self.stored(in: directory), Self.isUsable(stored, authority: authority, names: names, now: now) {
            (certificate, key) = (stored.certificate, stored.key)
            return
        }
        do {
            let (issued, issuedKey) = try authority.issue(name: "kube-apiserver", hosts: names, lifetime: Self.lifetime, now: now)
            certificate = try issued.serializeAsPEM().pemString
            key = try issuedKey.serializeAsPEM().pemString
        } catch {
            throw ServerError(.certificates, "cannot make the server's certificate: \(error)", underlying: error)
        }
        try directory.write("server.key", Array(key.utf8))
        try directory.write("server.crt", Array(certificate.utf8))
    }

    /// How long the server's certificate is valid.
    static let lifetime: TimeInterval = 365 * 86400

    /// Certificates are renewed when they end sooner than this.
    static let renewalMargin: TimeInterval = 30 * 86400

    private static func authority(in directory: PrivateDirectory, now: Date) throws(ServerError) -> CertificateAuthority {
        let certificate = try directory.read("ca.crt")
        let key = try directory.read("ca.key")
        switch (certificate, key) {
        case (let certificate?, let key?):
            do {
                let stored = try CertificateAuthority(
                    certificatePEM: String(decoding: certificate, as: UTF8.self),
                    keyPEM: String(decoding: key, as: UTF8.self)
                )
                if stored.certificate.notValidAfter > now.addingTimeInterval(renewalMargin) { return stored }
            } catch {
                throw ServerError(
                    .certificates,
                    "the certificate authority in \(directory.path) is unusable (\(error)); move ca.crt and ca.key away to have new ones made",
                    underlying: error
                )
            }
        case (nil, nil), (nil, _?):
            // The key is written first: alone, it is what a crash in between leaves.
            break
        case (_?, nil):
            throw ServerError(
                .certificates,
                "\(directory.file("ca.key")) is missing but ca.crt is there; put it back, or move ca.crt away to have new ones made"
            )
        }
        do {
            let made = try CertificateAuthority(name: "agenttask-local-ca", now: now)
            try directory.write("ca.key", Array(made.keyPEM().utf8))
            try directory.write("ca.crt", Array(made.certificate.serializeAsPEM().pemString.utf8))
            return made
        } catch let error as ServerError {
            throw error
        } catch {
            throw ServerError(.certificates, "cannot make a certificate authority: \(error)", underlying: error)
        }
    }

    private static func stored(in directory: PrivateDirectory) throws(ServerError) -> (certificate: String, key: String)? {
        guard let certificate = try directory.read("server.crt"), let key = try directory.read("server.key") else { return nil }
        return (String(decoding: certificate, as: UTF8.self), String(decoding: key, as: UTF8.self))
    }

    /// The server's own certificate is nobody's secret to keep: whatever is wrong with it, a new one does.
    private static func isUsable(
        _ stored: (certificate: String, key: String),
        authority: CertificateAuthority,
        names: ServerNames,
        now: Date
    ) -> Bool {
        guard let certificate = try? Certificate(pemEncoded: stored.certificate),
            let key = try? Certificate.PrivateKey(pemEncoded: stored.key),
            let alternativeNames = try? certificate.extensions.subjectAlternativeNames
        else { return false }
        return key.publicKey == certificate.publicKey
            && authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
            && certificate.notValidBefore <= now
            && certificate.notValidAfter > now.addingTimeInterval(renewalMargin)
            && names.alternativeNames.allSatisfy { alternativeNames.contains($0) }
    }

    private static func pem(_ certificate: Certificate) throws(ServerError) -> String {
        do { return try certificate.serializeAsPEM().pemString } catch {
            throw ServerError(.certificates, "cannot write the authority's certificate as PEM: \(error)", underlying: error)
        }
    }
}

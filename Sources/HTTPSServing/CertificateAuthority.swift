// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Crypto
package import FoundationEssentials
import SwiftASN1
package import X509

/// A certificate authority of our own: an ECDSA P-256 key and the certificate that clients trust.
package struct CertificateAuthority: Sendable {
    /// What clients trust.
    package let certificate: Certificate
    private let key: Certificate.PrivateKey

    /// How long a new authority is valid unless something else is asked for.
    package static let lifetime: TimeInterval = 10 * 365 * 86400

    /// A new authority, for ten years unless `lifetime` says something else.
    package init(name: String, now: Date, lifetime: TimeInterval = CertificateAuthority.lifetime) throws {
        key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let subject = try DistinguishedName { CommonName(name) }
        let identifier = SubjectKeyIdentifier(hash: key.publicKey)
        certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: now.addingTimeInterval(-CertificateAuthority.clockSkew),
            notValidAfter: now.addingTimeInterval(lifetime),
            issuer: subject,
            subject: subject,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                identifier
            },
            issuerPrivateKey: key
        )
    }

    /// A stored authority.
    ///
    /// - Throws: When the texts are not PEM, or the key is not the certificate's.
    package init(certificatePEM: String, keyPEM: String) throws {
        certificate = try Certificate(pemEncoded: certificatePEM)
        key = try Certificate.PrivateKey(pemEncoded: keyPEM)
        guard key.publicKey == certificate.publicKey else { throw Mismatch() }
    }

    /// The key as PEM.
    package func keyPEM() throws -> String { try key.serializeAsPEM().pemString }

    /// A certificate for a server with these names, and its key.
    package func issue(name: String, hosts: ServerNames, lifetime: TimeInterval, now: Date) throws -> (
        Certificate, Certificate.PrivateKey
    ) {
        let serverKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let end = min(now.addingTimeInterval(lifetime), certificate.notValidAfter)
        let issuerIdentifier = SubjectKeyIdentifier(hash: key.publicKey).keyIdentifier
        let issued = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: serverKey.publicKey,
            notValidBefore: now.addingTimeInterval(-CertificateAuthority.clockSkew),
            notValidAfter: end,
            issuer: certificate.subject,
            subject: try DistinguishedName { CommonName(name) },
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectKeyIdentifier(hash: serverKey.publicKey)
                AuthorityKeyIdentifier(keyIdentifier: issuerIdentifier)
                hosts.alternativeNames
            },
            issuerPrivateKey: key
        )
        return (issued, serverKey)
    }

    /// Certificates are valid from so many seconds before they are made, for clocks that are set back a little.
    package static let clockSkew: TimeInterval = 300

    private struct Mismatch: Error, CustomStringConvertible {
        var description: String { "the key does not belong to the certificate" }
    }
}

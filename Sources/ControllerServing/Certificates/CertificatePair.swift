// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

/// A server's certificate, those between it and its authority, and its key.
public struct CertificatePair: Sendable {
    /// When the certificate ends.
    public let notAfter: WallTime
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey

    /// Reads a pair.
    ///
    /// - Parameters:
    ///   - certificatePEM: The server's certificate first, then those above it.
    ///   - keyPEM: The key of the first certificate, without a passphrase.
    /// - Throws: ``ServingError`` with the code `certificate`: not PEM, or the key belongs to another certificate.
    public init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws(ServingError) {
        let documents: [PEMDocument]
        do { documents = try PEMDocument.parseMultiple(pemString: String(decoding: certificatePEM, as: UTF8.self)) } catch {
            throw ServingError(.certificate, "the certificate is not PEM: \(error)", underlying: error)
        }
        guard let first = documents.first else { throw ServingError(.certificate, "the certificate is empty; PEM is expected") }
        let leaf: Certificate
        do { leaf = try Certificate(pemDocument: first) } catch {
            throw ServingError(.certificate, "the certificate cannot be read: \(error)", underlying: error)
        }
        let privateKey: Certificate.PrivateKey
        do {
            privateKey = try Certificate.PrivateKey(pemEncoded: String(decoding: keyPEM, as: UTF8.self))
        } catch {
            throw ServingError(
                .certificate,
                "the key cannot be read (PEM without passphrase is expected): \(error)",
                underlying: error
            )
        }
        guard privateKey.publicKey == leaf.publicKey else {
            throw ServingError(.certificate, "the key does not belong to the certificate; replace both files together")
        }
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(certificatePEM)
            key = try NIOSSLPrivateKey(bytes: keyPEM, format: .pem)
        } catch {
            throw ServingError(.certificate, "the certificate cannot be used: \(error)", underlying: error)
        }
        notAfter = WallTime(leaf.notValidAfter)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Certificates and key as a connection is made with them. A class so that a handle sees in one step whether they are those that it has.
final class TLSMaterial: Sendable {
    /// The parts, as PEM; nil for none.
    struct Parts: Sendable, Hashable {
        var certificateAuthority: [UInt8]?
        var clientCertificate: [UInt8]?
        var clientKey: [UInt8]?
    }

    let parts: Parts

    init(_ parts: Parts) { self.parts = parts }

    convenience init(_ configuration: TLSConfiguration) {
        self.init(
            Parts(
                certificateAuthority: configuration.certificateAuthority,
                clientCertificate: configuration.clientCertificate,
                clientKey: configuration.clientKey
            )
        )
    }

    /// Whether a text may be a certificate or a key.
    static func isPEM(_ bytes: [UInt8]) -> Bool { String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") }
}

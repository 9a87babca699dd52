// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The files that the parts of a ``TLSConfiguration`` are from. They may be replaced at any time; a transport reads them again every
/// minute, and when the server refuses what it was shown.
public struct TLSFiles: Sendable, Hashable {
    /// Where ``TLSConfiguration/certificateAuthority`` is from; nil when it does not change.
    public var certificateAuthority: String?
    /// Where ``TLSConfiguration/clientCertificate`` is from; nil when it does not change.
    public var clientCertificate: String?
    /// Where ``TLSConfiguration/clientKey`` is from; nil when it does not change.
    public var clientKey: String?

    /// Files to read again.
    public init(certificateAuthority: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil) {
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }

    var isEmpty: Bool { certificateAuthority == nil && clientCertificate == nil && clientKey == nil }
}

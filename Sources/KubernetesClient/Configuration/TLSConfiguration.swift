// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Whom a client trusts, and how it shows who it is.
public struct TLSConfiguration: Sendable, Hashable {
    /// The certificate authorities that may have signed the server's certificate, as PEM; nil for the system's.
    public var certificateAuthority: [UInt8]?
    /// The client's certificate, with the ones between it and its authority, as PEM.
    public var clientCertificate: [UInt8]?
    /// The key of ``clientCertificate``, as PEM.
    public var clientKey: [UInt8]?
    /// The files that the three above are from. A part whose file is named is read again from there, whatever was set here.
    public var files: TLSFiles
    /// The name that the server's certificate must have; nil for the host of its address.
    public var serverName: String?
    /// Whether anybody's certificate will do. Then nobody knows who reads the token.
    public var skipsVerification: Bool

    /// A configuration that trusts the system's authorities unless something is given.
    public init(
        certificateAuthority: [UInt8]? = nil,
        clientCertificate: [UInt8]? = nil,
        clientKey: [UInt8]? = nil,
        files: TLSFiles = TLSFiles(),
        serverName: String? = nil,
        skipsVerification: Bool = false
    ) {
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.files = files
        self.serverName = serverName
        self.skipsVerification = skipsVerification
    }
}

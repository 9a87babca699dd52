// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL

/// How a server speaks TLS.
public struct ServingTLS: Sendable {
    /// Has the certificate to show; a change takes effect with the next handshake, and open connections go on.
    public let certificate: CertificateHolder
    /// Whether HTTP/2 is offered. Off by default, as in kubebuilder's operators: HTTP/2 lets one client start many requests at once.
    public let enablesHTTP2: Bool
    /// Who may connect; nil for everybody who reaches the address.
    public let clients: ClientAuthorities?

    /// TLS with the certificate that `certificate` has at each handshake.
    ///
    /// - Parameter clients: Whose clients may connect; whoever shows no certificate of theirs is refused in the handshake. The kubelet's
    ///   probes show none. Run it beside the server.
    public init(certificate: CertificateHolder, enablesHTTP2: Bool = false, clients: ClientAuthorities? = nil) {
        self.certificate = certificate
        self.enablesHTTP2 = enablesHTTP2
        self.clients = clients
    }

    /// For a certificate that is there already.
    func configuration() throws(ServingError) -> TLSConfiguration {
        guard let pair = certificate.current else {
            throw ServingError(.certificate, "there is no certificate to serve with yet; wait for it before listening")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain.map { .certificate($0) },
            privateKey: .privateKey(pair.key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.sslContextCallback = { [certificate] _, promise in
            var change = NIOSSLContextConfigurationOverride()
            if let pair = certificate.current {
                change.certificateChain = pair.chain.map { .certificate($0) }
                change.privateKey = .privateKey(pair.key)
            }
            promise.succeed(change)
        }
        if !enablesHTTP2 { configuration.applicationProtocols = ["http/1.1"] }
        guard clients != nil else { return configuration }
        // A certificate is asked for and required; `verification` decides in place of these authorities, of which there are none.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        return configuration
    }

    /// Decides about the certificates that a client shows; nil when none are asked for.
    var verification: (@Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void)? {
        guard let clients else { return nil }
        return { chain, promise in
            promise.completeWithTask { await clients.admit(chain) ? .certificateVerified : .failed }
        }
    }
}

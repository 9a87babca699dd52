// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import SwiftASN1
package import X509

/// What clients call the server.
package struct ServerNames: Sendable, Hashable {
    /// DNS names.
    package var dns: [String]
    /// IPv4 addresses.
    package var addresses: [[UInt8]]

    /// Those under which an API server is known on its own machine, and inside a cluster.
    package static let loopback = ServerNames(
        dns: [
            "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
        ],
        addresses: [[127, 0, 0, 1]]
    )

    package init(dns: [String], addresses: [[UInt8]]) {
        self.dns = dns
        self.addresses = addresses
    }

    package var alternativeNames: SubjectAlternativeNames {
        SubjectAlternativeNames(
            dns.map { GeneralName.dnsName($0) } + addresses.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
        )
    }
}

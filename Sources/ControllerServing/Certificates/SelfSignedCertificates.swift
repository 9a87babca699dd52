// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import FoundationEssentials
import HTTPSServing
import KubernetesMeta
import SwiftASN1
import X509

/// Authorities and certificate as the replicas share them in one Secret, read and written.
struct SelfSignedCertificates: Sendable {
    /// The authority that signs, and its key.
    private(set) var authority: CertificateAuthority
    /// The one that will sign.
    private(set) var successor: CertificateAuthority?
    /// Those that sign no more.
    private(set) var retired: [Certificate]
    /// The servers' certificate.
    private(set) var leaf: Certificate
    private(set) var leafKeyPEM: String

    /// What the data of a Secret is called, the server's part as in Secrets of the type `kubernetes.io/tls`.
    enum Key {
        static let bundle = "ca.crt"
        static let authority = "signing-ca.crt"
        static let authorityKey = "signing-ca.key"
        static let successor = "next-ca.crt"
        static let successorKey = "next-ca.key"
        static let leaf = "tls.crt"
        static let leafKey = "tls.key"
        static let all = [bundle, authority, authorityKey, successor, successorKey, leaf, leafKey]
    }

    // MARK: Secret

    /// What a Secret's data holds; nil when it holds nothing, as the one that an administrator prepared.
    ///
    /// - Throws: ``ServingError`` with the code `secret` when it holds something else: that may be somebody's, and is not touched.
    init?(data: [String: Base64Data]) throws(ServingError) {
        if data.values.allSatisfy({ $0.text.isEmpty }) { return nil }
        func text(_ key: String) throws(ServingError) -> String {
            guard let value = data[key] else {
                throw ServingError(
                    .secret,
                    "it has data, but no \(key): it is not one that this program wrote; name another, or empty it"
                )
            }
            return String(decoding: value.bytes, as: UTF8.self)
        }
        do {
            authority = try CertificateAuthority(certificatePEM: text(Key.authority), keyPEM: text(Key.authorityKey))
            let own = authority.certificate
            var others = try PEMDocument.parseMultiple(pemString: text(Key.bundle)).map { try Certificate(pemDocument: $0) }
            others.removeAll { $0 == own }
            if data[Key.successor] != nil {
                let next = try CertificateAuthority(certificatePEM: text(Key.successor), keyPEM: text(Key.successorKey))
                others.removeAll { $0 == next.certificate }
                successor = next
            }
            retired = others
            leaf = try Certificate(pemEncoded: text(Key.leaf))
            leafKeyPEM = try text(Key.leafKey)
            _ = try pair()
        } catch let error as ServingError {
            throw error
        } catch {
            throw ServingError(
                .secret,
                "its data cannot be read (\(error)); empty it to have new certificates made",
                underlying: error
            )
        }
    }

    /// For the data of a Secret; the keys that are not named here are to be left as they are.
    func data() throws -> [String: Base64Data] {
        var data = [
            Key.bundle: try bundle(),
            Key.authority: try authority.certificate.pem(),
            Key.authorityKey: try authority.keyPEM(),
            Key.leaf: try leaf.pem(),
            Key.leafKey: leafKeyPEM,
        ]
        if let successor {
            data[Key.successor] = try successor.certificate.pem()
            data[Key.successorKey] = try successor.keyPEM()
        }
        return data.mapValues { Base64Data(Array($0.utf8)) }
    }

    // MARK: Use

    /// All authorities that clients should trust, as PEM: that which signs first.
    func bundle() throws -> String {
        try ([authority.certificate] + [successor?.certificate].compactMap { $0 } + retired).map { try $0.pem() }.joined()
    }

    /// What servers show.
    func pair() throws(ServingError) -> CertificatePair {
        let chain: String
        do { chain = try leaf.pem() } catch {
            throw ServingError(.certificate, "the certificate cannot be written: \(error)", underlying: error)
        }
        return try CertificatePair(certificatePEM: Array(chain.utf8), keyPEM: Array(leafKeyPEM.utf8))
    }

    /// What there is, for the schedule; not whether the bundle was injected.
    func inventory(names: ServerNames) -> CertificateSchedule.Inventory {
        CertificateSchedule.Inventory(
            authority: authority.certificate.validity,
            successor: successor?.certificate.validity,
            retired: retired.map(\.validity),
            leaf: leaf.validity,
            leafFits: authority.certificate.publicKey.isValidSignature(leaf.signature, for: leaf)
                && leaf.names(names)
        )
    }

    // MARK: Steps

    /// A new authority and a certificate.
    init(names: ServerNames, schedule: CertificateSchedule, now: WallTime) throws {
        authority = try Self.makeAuthority(schedule, now)
        retired = []
        (leaf, leafKeyPEM) = try Self.issue(authority, names, schedule, now)
    }

    /// Takes a step that the schedule asked for.
    mutating func take(_ step: CertificateSchedule.Step, names: ServerNames, schedule: CertificateSchedule, now: WallTime) throws
    {
        switch step {
        case .wait: break
        case .begin: self = try SelfSignedCertificates(names: names, schedule: schedule, now: now)
        case .issueLeaf: (leaf, leafKeyPEM) = try Self.issue(authority, names, schedule, now)
        case .addSuccessor: successor = try Self.makeAuthority(schedule, now)
        case .promoteSuccessor:
            guard let successor else { return }
            let issued = try Self.issue(successor, names, schedule, now)
            retired.append(authority.certificate)
            authority = successor
            self.successor = nil
            (leaf, leafKeyPEM) = issued
        case .dropRetired: retired = []
        }
    }

    private static func makeAuthority(_ schedule: CertificateSchedule, _ now: WallTime) throws -> CertificateAuthority {
        // Each has a name of its own, so that clients that look for an issuer by name find the right one.
        try CertificateAuthority(
            name: "webhook-ca-\(now.seconds)",
            now: now.date,
            lifetime: schedule.authorityLifetime.inSeconds
        )
    }

    private static func issue(
        _ authority: CertificateAuthority,
        _ names: ServerNames,
        _ schedule: CertificateSchedule,
        _ now: WallTime
    ) throws -> (Certificate, String) {
        let (certificate, key) = try authority.issue(
            name: names.dns.first.map { String($0.prefix(64)) } ?? "webhook",
            hosts: names,
            lifetime: schedule.leafLifetime.inSeconds,
            now: now.date
        )
        return (certificate, try key.serializeAsPEM().pemString)
    }
}

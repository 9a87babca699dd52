// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPSServing
import SwiftASN1
import Testing
@_spi(FixedExpiryValidationTime) import X509

@testable import EmbeddedClusterServer

@Suite("Serving certificates", .timeLimit(.minutes(1)))
struct ServingCertificateTests {
    let temporary: TemporaryDirectory
    let start = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws { temporary = try TemporaryDirectory() }

    func load(after days: Double = 0) throws -> ServingCertificate {
        try ServingCertificate(directory: temporary.privateDirectory(), now: start.addingTimeInterval(days * 86400))
    }

    @Test("are made once and kept, all files private")
    func kept() throws {
        let made = try load()
        #expect(try load() == made)
        for file in ["ca.crt", "ca.key", "server.crt", "server.key"] { #expect(mode(of: temporary.file(file)) == 0o600) }
    }

    @Test("the authority is trusted for the names and the address of this machine")
    func names() async throws {
        let made = try load()
        let authority = try Certificate(pemEncoded: made.authority)
        let certificate = try Certificate(pemEncoded: made.certificate)
        var verifier = Verifier(rootCertificates: CertificateStore([authority])) {
            RFC5280Policy(fixedExpiryValidationTime: start.addingTimeInterval(60))
            ServerIdentityPolicy(serverHostname: nil, serverIP: "127.0.0.1")
        }
        let result = await verifier.validate(leaf: certificate, intermediates: CertificateStore([]))
        guard case .validCertificate = result else {
            Issue.record("not valid: \(result)")
            return
        }
        let names = try #require(try certificate.extensions.subjectAlternativeNames)
        #expect(names.contains(.dnsName("localhost")))
        #expect(names.contains(.dnsName("kubernetes.default.svc")))
    }

    @Test("the server's certificate is renewed before it ends, by the same authority")
    func renewal() throws {
        let first = try load()
        #expect(try load(after: 334) == first)
        let renewed = try load(after: 336)
        #expect(renewed.certificate != first.certificate)
        #expect(renewed.authority == first.authority)
    }

    @Test("the authority is replaced when it ends")
    func authorityRenewal() throws {
        let first = try load()
        #expect(try load(after: 3600).authority == first.authority)
        #expect(try load(after: 3630).authority != first.authority)
    }

    @Test("a broken server certificate is replaced, for it is nobody's to lose")
    func brokenServerCertificate() throws {
        let first = try load()
        try temporary.privateDirectory().write("server.crt", Array("garbage".utf8))
        let second = try load()
        #expect(second.certificate != first.certificate)
        #expect(second.authority == first.authority)
    }

    @Test("a broken authority is an error that says what to do, and stays", arguments: ["ca.crt", "ca.key"])
    func brokenAuthority(file: String) throws {
        _ = try load()
        let directory = try temporary.privateDirectory()
        try directory.write(file, Array("garbage".utf8))
        let error = #expect(throws: ServerError.self) { try load() }
        #expect(error?.code == .certificates)
        #expect(error?.message.contains("move ca.crt and ca.key away") == true)
        #expect(try directory.read(file) == Array("garbage".utf8))
    }

    @Test("a key of another authority is noticed")
    func foreignKey() throws {
        _ = try load()
        let directory = try temporary.privateDirectory()
        let other = try CertificateAuthority(name: "other", now: start)
        try directory.write("ca.key", Array(other.keyPEM().utf8))
        #expect(throws: ServerError.self) { try load() }
    }
}

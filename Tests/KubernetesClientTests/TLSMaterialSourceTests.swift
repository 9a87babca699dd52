// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubernetesClient

@Suite("The certificates that are used")
struct TLSMaterialSourceTests {
    private let folder: TemporaryFolder
    private let start = ContinuousClock.now

    init() throws { folder = try TemporaryFolder() }

    private func pem(_ text: String) -> String { "-----BEGIN \(text)\n" }

    private func source() throws -> TLSMaterialSource {
        let files = TLSFiles(
            certificateAuthority: try folder.write(pem("ca"), to: "ca"),
            clientCertificate: try folder.write(pem("certificate"), to: "certificate"),
            clientKey: try folder.write(pem("key"), to: "key")
        )
        return TLSMaterialSource(TLSConfiguration(certificateAuthority: Array("old".utf8), files: files))
    }

    @Test("files are read with the first request and again after a minute, not before")
    func reload() throws {
        let source = try source()
        let first = source.current(now: start)
        #expect(first.parts.certificateAuthority == Array(pem("ca").utf8))
        try folder.write(pem("new"), to: "certificate")
        #expect(source.current(now: start + .seconds(59)) === first)
        let second = source.current(now: start + .seconds(60))
        #expect(second.parts.certificateAuthority == first.parts.certificateAuthority)
        #expect(second.parts.clientCertificate == Array(pem("new").utf8))
        #expect(second.parts.clientKey == Array(pem("key").utf8))
    }

    @Test("files that hold the same leave connections as they are")
    func unchanged() throws {
        let source = try source()
        let first = source.current(now: start)
        try folder.write(pem("ca"), to: "ca")
        #expect(source.reload(now: start) === first)
        #expect(source.current(now: start + .seconds(61)) === first)
    }

    @Test("a file that is broken leaves what it held in use", arguments: ["", "not PEM"])
    func broken(contents: String) throws {
        let source = try source()
        let first = source.current(now: start)
        try folder.write(contents, to: "key")
        #expect(source.reload(now: start) === first)
    }

    @Test("what comes from no file stays as it was given")
    func given() {
        let source = TLSMaterialSource(TLSConfiguration(certificateAuthority: Array("given".utf8)))
        let first = source.current(now: start)
        #expect(first.parts == TLSMaterial.Parts(certificateAuthority: Array("given".utf8)))
        #expect(source.reload(now: start) === first)
    }
}

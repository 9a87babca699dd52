// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import NIOSSL
import Testing

@testable import ControllerServing

@Suite("Following certificate files", .timeLimit(.minutes(1)), Tool.needs("openssl", package: "openssl"))
struct CertificateWatcherTests {
    let clock = ManualClock()
    let environment: RuntimeEnvironment

    init() { environment = RuntimeEnvironment(time: clock.timeSource, logger: ControllerServerTests.logger) }

    func watcher(_ files: OpenSSLCertificates) -> CertificateWatcher {
        CertificateWatcher(certificatePath: files.path("tls.crt"), keyPath: files.path("tls.key"), environment: environment)
    }

    func shown(by watcher: CertificateWatcher) throws -> [UInt8]? { try watcher.holder.current?.chain.first?.toDERBytes() }

    var errors: Double? { environment.metrics.value(of: "certwatcher_read_certificate_errors_total") }

    @Test("files that do not fit together leave the old certificate in use until they do")
    func halfRotated() async throws {
        let files = try OpenSSLCertificates()
        for name in ["first", "second"] { try files.make(name) }
        try files.install("first")
        let watcher = watcher(files)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watcher.run() }
            await clock.waitForSleepers()
            let first = try shown(by: watcher)
            #expect(errors == 0)

            try files.write(files.read("second.crt"), to: "tls.crt")
            clock.advance(by: .seconds(10))
            await clock.waitForSleepers()
            #expect(try shown(by: watcher) == first)
            #expect(errors == 1)

            try files.write(files.read("second.key"), to: "tls.key")
            clock.advance(by: .seconds(10))
            await clock.waitForSleepers()
            #expect(try shown(by: watcher) != first)
            #expect(errors == 1)
            #expect(environment.metrics.value(of: "certwatcher_read_certificate_total") == 3)
            group.cancelAll()
        }
    }

    @Test("files that are mounted late are waited for")
    func late() async throws {
        let files = try OpenSSLCertificates()
        try files.make("first")
        let watcher = watcher(files)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await watcher.run() }
            await clock.waitForSleepers()
            #expect(watcher.holder.current == nil)
            try files.install("first")
            clock.advance(by: .seconds(1))
            try await watcher.holder.waitUntilPresent()
            group.cancelAll()
        }
    }

    @Test("files that never come end it after ten tries with an error that names the file")
    func missing() async throws {
        let files = try OpenSSLCertificates()
        let watcher = watcher(files)
        let failure = await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                do { try await watcher.run() } catch { return error }
                return nil
            }
            for _ in 1..<10 {
                await clock.waitForSleepers()
                clock.advance(by: .seconds(1))
            }
            return await group.next() ?? nil
        }
        let error = try #require(failure as? ServingError)
        #expect(error.code == .certificate)
        #expect(error.message.contains("tls.crt"))
        #expect(errors == 10)
    }

    @Test(
        "what is no pair is refused with a reason",
        arguments: [("first", "second"), ("first", "x"), ("x", "first"), ("", "first")]
    )
    func refused(certificate: String, key: String) throws {
        let files = try OpenSSLCertificates()
        for name in ["first", "second"] { try files.make(name) }
        try files.write(Array("nonsense".utf8), to: "x.crt")
        try files.write(Array("nonsense".utf8), to: "x.key")
        try files.write([], to: ".crt")
        let error = try #require(
            throws: ServingError.self,
            performing: {
                try CertificatePair(certificatePEM: files.read("\(certificate).crt"), keyPEM: files.read("\(key).key"))
            }
        )
        #expect(error.code == .certificate)
    }
}

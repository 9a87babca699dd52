// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import Foundation
import Testing

@testable import EmbeddedClusterServer

/// Authentication, reviews, impersonation and roles as a real API server answers them, played by the program that recorded them.
@Suite("Access as Kubernetes gives it", .timeLimit(.minutes(2)))
struct RecordedAccessTests {
    @Test("each step of the recorded scenario is answered as recorded")
    func scenario() async throws {
        let environment = ProcessInfo.processInfo.environment
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = environment["CONFORMANCE_DIR"].map { URL(filePath: $0) } ?? package.appending(path: "../shared/conformance")
        let program = folder.appending(path: "record.py").path
        guard FileManager.default.fileExists(atPath: program) else {
            #expect(environment["CI"] != "true", "the conformance data is missing: set CONFORMANCE_DIR")
            return
        }
        let temporary = try TemporaryDirectory()
        var options = EmbeddedClusterOptions()
        options.tokenSigner = try TokenKey.load(in: temporary.privateDirectory())
        let cluster = try EmbeddedCluster(options: options)
        async let controllers: Void = cluster.run()
        try await RunningServer.run(cluster: cluster) { server in
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "python3", program, "check", "--server", "https://127.0.0.1:\(server.port)", "--token", RunningServer.token,
                "--insecure", "--ignore-managed-fields", "-q", "auth",
            ]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(said)")
        }
        await cluster.shutdown()
        try await controllers
    }
}

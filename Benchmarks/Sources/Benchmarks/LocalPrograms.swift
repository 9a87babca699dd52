// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// The programs that `make build` leaves in bin/, run with a state of their own.
struct LocalPrograms {
    let folder: URL
    let state: URL
    let environment: [String: String]

    /// Nil when they have not been built.
    init?() throws {
        folder =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../bin").standardizedFileURL
        guard FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("agentctl").path) else { return nil }
        state = FileManager.default.temporaryDirectory.appendingPathComponent("agenttask-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
        environment = ProcessInfo.processInfo.environment.merging([
            "HOME": state.path, "XDG_STATE_HOME": state.path, "KUBECONFIG": kubeconfig(state),
        ]) { $1 }
    }

    var kubeconfigPath: String { kubeconfig(state) }

    /// Starts a program; its output is thrown away.
    func start(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = program.hasPrefix("/") ? URL(fileURLWithPath: program) : folder.appendingPathComponent(program)
        process.arguments = arguments
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs a program to its end.
    ///
    /// - Returns: How long it took.
    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> Duration {
        let clock = ContinuousClock()
        let begin = clock.now
        let process = try start(program, arguments)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ProgramFailure(program: program, status: process.terminationStatus) }
        return clock.now - begin
    }

    func remove() throws { try FileManager.default.removeItem(at: state) }

    struct ProgramFailure: Error, CustomStringConvertible {
        let program: String
        let status: Int32
        var description: String { "\(program) ended with \(status)" }
    }
}

private func kubeconfig(_ state: URL) -> String { state.appendingPathComponent("kubeconfig").path }

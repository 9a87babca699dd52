// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// A real kubectl. `KUBECTLS` lists those to try, by paths with spaces between them; the one on PATH when it is not set.
struct Kubectl: Sendable, CustomStringConvertible {
    static let all: [Kubectl] = (ProcessInfo.processInfo.environment["KUBECTLS"] ?? "kubectl").split(separator: " ")
        .map { Kubectl(program: String($0)) }

    let program: String

    var description: String { program }

    struct Failure: Error { let message: String }

    /// Runs it to its end and returns what it wrote; it must succeed.
    ///
    /// - Parameters:
    ///   - kubeconfig: The value of KUBECONFIG; nothing else of the environment but PATH is there.
    ///   - home: Where it may keep what it likes.
    @discardableResult
    func run(_ arguments: [String], kubeconfig: String, home: TemporaryFolder) throws -> String {
        guard let executable = program.contains("/") ? program : TLSTools.find(program) else {
            throw Failure(message: "\(program) is not installed")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = ["KUBECONFIG": kubeconfig, "HOME": home.path, "PATH": path]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        // What it says beside its output fits into a pipe.
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let reason = String(decoding: said.prefix(2000), as: UTF8.self)
            throw Failure(message: "\(program) \(arguments.joined(separator: " ")): \(reason)")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether it can write a user into a kubeconfig. Debian 12 built its kubectl 1.20 with a Go that is too new for it: it crashes there.
    func writesUsers() throws -> Bool {
        let folder = try TemporaryFolder()
        do {
            try run(["config", "set-credentials", "u", "--token=t"], kubeconfig: "\(folder.path)/config", home: folder)
            return true
        } catch let failure as Failure where failure.message.contains("json-iterator") {
            print("\(program) crashes when it writes a user into a kubeconfig; not tried")
            return false
        }
    }
}

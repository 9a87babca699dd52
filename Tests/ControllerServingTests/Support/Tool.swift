// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Programs that tests run.
enum Tool {
    struct Failure: Error { let message: String }

    /// In CI a test that needs the program runs, and fails without it; elsewhere it is skipped with a message.
    static func needs(_ program: String, package: String) -> ConditionTrait {
        .enabled(
            if: ProcessInfo.processInfo.environment["CI"] == "true" || find(program) != nil,
            "needs \(program); apt-get install \(package)"
        )
    }

    static func find(_ program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end.
    ///
    /// - Returns: The exit code and what it said on both outputs.
    static func run(_ program: String, _ arguments: [String], input: String = "") throws -> (code: Int32, output: String) {
        guard let path = find(program) else { throw Failure(message: "\(program) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        // What the tests put in fits into a pipe that the program reads before it writes.
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let said = stdout.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}

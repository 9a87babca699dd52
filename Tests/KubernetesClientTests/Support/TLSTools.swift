// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The programs that the TLS tests need: `openssl` makes certificates, `python3` serves.
enum TLSTools {
    /// In CI the tests run, and fail when a program is missing; elsewhere they are skipped with a message.
    static let areExpected =
        ProcessInfo.processInfo.environment["CI"] == "true" || (find("openssl") != nil && find("python3") != nil)

    /// In CI a test that needs the program runs, and fails without it; elsewhere it is skipped with a message.
    static func needs(_ program: String, package: String) -> ConditionTrait {
        .enabled(
            if: ProcessInfo.processInfo.environment["CI"] == "true" || find(program) != nil,
            "needs \(program); apt-get install \(package)"
        )
    }

    static let condition: ConditionTrait = .enabled(if: areExpected, "needs openssl and python3; apt-get install openssl python3")

    static func find(_ program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    struct ToolError: Error { let message: String }

    /// Runs a program to its end; it must succeed.
    static func run(_ program: String, _ arguments: [String]) throws {
        let process = try start(program, arguments)
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ToolError(message: "\(program) \(arguments.joined(separator: " ")): \(String(decoding: said, as: UTF8.self))")
        }
    }

    static func start(_ program: String, _ arguments: [String]) throws -> Process {
        guard let path = find(program) else { throw ToolError(message: "\(program) is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        return process
    }
}

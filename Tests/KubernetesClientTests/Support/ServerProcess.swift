// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// A server written in Python, in a process of its own, that prints its port. It ends when this value goes, or with the tests.
final class ServerProcess {
    private let process: Process
    /// The server ends when this is closed, so that it does not outlive the tests whatever happens to them.
    private let lifeline = Pipe()
    let port: Int

    init(program: String, _ arguments: [String]) throws {
        process = try TLSTools.start("python3", ["-c", program + Self.end] + arguments)
        let output = Pipe()
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
                throw TLSTools.ToolError(message: "the server did not start")
            }
            line += byte
        }
        guard let number = Int(String(decoding: line.dropLast(), as: UTF8.self)) else {
            throw TLSTools.ToolError(message: "the server has no port")
        }
        port = number
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What follows a program that has made `port` and `serve`.
    private static let end = """

        import os, sys, threading
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        print(port, flush=True)
        serve()
        """
}

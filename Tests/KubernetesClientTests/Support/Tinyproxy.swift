// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Debian's tinyproxy on this machine, in a process of its own. It ends when this value goes, or with the tests.
final class Tinyproxy {
    private let folder: TemporaryFolder
    private let process: Process
    /// The program around the proxy ends it when this is closed, so that it does not outlive the tests whatever happens to them.
    private let lifeline = Pipe()
    private let output = Pipe()
    let port: Int

    /// A proxy that leads to one port only.
    ///
    /// - Parameter credentials: Name and password that it asks for, with a space between them.
    init(leadingTo target: Int, credentials: String) throws {
        folder = try TemporaryFolder()
        port = try Self.freePort()
        let configuration = """
            Port \(port)
            Listen 127.0.0.1
            Timeout 60
            MaxClients 20
            ConnectPort \(target)
            BasicAuth \(credentials)
            LogLevel Info
            """
        let file = try folder.write(configuration, to: "tinyproxy.conf")
        process = try TLSTools.start("python3", ["-c", Self.keeper, file])
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var log: [UInt8] = []
        while !String(decoding: log, as: UTF8.self).contains("Accepting connections") {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else {
                throw TLSTools.ToolError(message: "tinyproxy did not start: \(String(decoding: log, as: UTF8.self))")
            }
            log += bytes
        }
    }

    /// Ends the proxy and returns the requests that it has taken, as their first lines.
    func stop() throws -> [String] {
        try lifeline.fileHandleForWriting.close()
        let log = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return log.split(separator: "\n").compactMap { line in
            line.firstRange(of: "): CONNECT ").map { "CONNECT " + line[$0.upperBound...] }
        }
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Signals are let through again: threads of tests block them, and their children inherit that. The proxy would wait for open tunnels.
    private static let keeper = """
        import signal, subprocess, sys
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        proxy = subprocess.Popen(["tinyproxy", "-d", "-c", sys.argv[1]], stdin=subprocess.DEVNULL)
        sys.stdin.read()
        proxy.kill()
        proxy.wait()
        """

    /// A port on which nobody listens now: this proxy cannot choose one itself.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw TLSTools.ToolError(message: "no free port: \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

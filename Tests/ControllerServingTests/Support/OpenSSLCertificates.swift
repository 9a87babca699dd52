// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// Certificates that `openssl` makes in a folder of their own: self-signed, for 127.0.0.1 and localhost.
final class OpenSSLCertificates: Sendable {
    let folder: String

    init() throws {
        folder = "\(NSTemporaryDirectory())/controller-serving-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ file: String) -> String { "\(folder)/\(file)" }

    func read(_ file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(file)))) }

    /// Replaces a file as a rename does: whoever reads sees the old or the new one.
    func write(_ bytes: [UInt8], to file: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path(file)), options: .atomic)
    }

    /// Makes `name.crt` and `name.key`.
    func make(_ name: String) throws {
        let (code, output) = try Tool.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", path("\(name).key"), "-out",
                path("\(name).crt"),
            ]
        )
        guard code == 0 else { throw Tool.Failure(message: output) }
    }

    /// Makes `name.crt` and `name.key`, signed by the authority of that name.
    ///
    /// - Parameter usage: `clientAuth` or `serverAuth`.
    func make(_ name: String, signedBy authority: String, usage: String) throws {
        let (code, output) = try Tool.run(
            "openssl",
            [
                "req", "-x509", "-CA", path("\(authority).crt"), "-CAkey", path("\(authority).key"), "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=\(name)", "-addext",
                "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=\(usage)", "-keyout", path("\(name).key"),
                "-out", path("\(name).crt"),
            ]
        )
        guard code == 0 else { throw Tool.Failure(message: output) }
    }

    /// Puts the files of `name` where `tls.crt` and `tls.key` are expected.
    func install(_ name: String) throws {
        try write(read("\(name).key"), to: "tls.key")
        try write(read("\(name).crt"), to: "tls.crt")
    }
}

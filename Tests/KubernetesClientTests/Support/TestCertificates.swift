// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

@testable import KubernetesClient

/// Certificates made for one test run: two authorities, under the first one servers and clients, under the other one a stranger.
struct TestCertificates {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for authority in ["ca", "other"] {
            try TLSTools.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=test \(authority)", "-keyout", path("\(authority).key"), "-out", path("\(authority).crt"),
                ]
            )
        }
        try issue(
            "server",
            subject: "/CN=server",
            extensions: "subjectAltName=IP:127.0.0.1,DNS:api.test\nextendedKeyUsage=serverAuth"
        )
        try issue(
            "elsewhere",
            subject: "/CN=elsewhere",
            extensions: "subjectAltName=DNS:elsewhere.test\nextendedKeyUsage=serverAuth"
        )
        try issue("client", subject: "/O=system:masters/CN=tester", extensions: "extendedKeyUsage=clientAuth")
        try issue("second", subject: "/CN=second", extensions: "extendedKeyUsage=clientAuth")
        try issue("stranger", subject: "/CN=stranger", extensions: "extendedKeyUsage=clientAuth", authority: "other")
    }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    func pem(_ name: String) throws -> [UInt8] { try folder.read(name) }

    private func issue(_ name: String, subject: String, extensions: String, authority: String = "ca") throws {
        try folder.write(extensions, to: "\(name).ext")
        try TLSTools.run(
            "openssl",
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", subject, "-keyout",
                path("\(name).key"),
                "-out", path("\(name).csr"),
            ]
        )
        try TLSTools.run(
            "openssl",
            [
                "x509", "-req", "-in", path("\(name).csr"), "-CA", path("\(authority).crt"), "-CAkey", path("\(authority).key"),
                "-set_serial", "7",
                "-days", "2",
                "-extfile", path("\(name).ext"), "-out", path("\(name).crt"),
            ]
        )
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta
import Testing

@testable import KubernetesClient

@Suite("What a credential plugin prints")
struct ExecCredentialTests {
    private static let now = Time("2026-01-01T12:00:00Z") ?? Time(seconds: 0)
    private static let (certificate, key) = ("-----BEGIN CERTIFICATE-----\\nAA", "-----BEGIN PRIVATE KEY-----\\nBB")

    private static func answer(
        _ status: String,
        kind: String = "ExecCredential",
        version: String = "client.authentication.k8s.io/v1"
    ) -> String {
        #"{"apiVersion":"\#(version)","kind":"\#(kind)","status":{\#(status)}}"#
    }

    private func parse(_ text: String) throws(ExecCredentialError) -> ExecCredential {
        try ExecCredential(parsing: Array(text.utf8), apiVersion: .v1, now: Self.now)
    }

    @Test("is a token, a client certificate with its key, or both, with an end or without")
    func good() throws {
        let token = try parse(Self.answer(#""token":"t0k","unknown":[1]"#))
        #expect(token == ExecCredential(token: "t0k"))
        let parts = #""clientCertificateData":"\#(Self.certificate)","clientKeyData":"\#(Self.key)""#
        let pair = try parse(Self.answer(parts + #","token":"","expirationTimestamp":null"#))
        #expect(pair.token == nil && pair.expiration == nil)
        #expect(pair.clientCertificate == Array("-----BEGIN CERTIFICATE-----\nAA".utf8))
        #expect(pair.clientKey == Array("-----BEGIN PRIVATE KEY-----\nBB".utf8))
    }

    @Test("ends when it says, in any zone")
    func expiration() throws {
        let credential = try parse(Self.answer(#""token":"t","expirationTimestamp":"2026-01-01T13:30:00.5+01:00""#) + "\n")
        #expect(credential.expiration == Self.now + 1_800)
    }

    @Test(
        "and cannot be used is told in one line without secrets",
        arguments: [
            ("", "printed nothing"),
            ("hunter2", "not a JSON object"),
            ("[\"hunter2\"]", "not a JSON object"),
            ("{\"kind\":\"ExecCredential\"", "not a JSON object"),
            (answer(#""token":"hunter2""#) + answer(#""token":"hunter2""#), "not a JSON object"),
            (answer(#""token":"hunter2""#, kind: "Secret"), "kind is not ExecCredential"),
            (answer(#""token":"hunter2""#, version: "client.authentication.k8s.io/v1beta1"), "and not client.authentication"),
            (answer(#""token":"hunter2""#, version: "a\\nb\\u001b"), #"\n"#),
            (#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}"#, "without a status"),
            (#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":"hunter2"}"#, "without a status"),
            (answer(""), "neither a token nor a client certificate"),
            (answer(#""token":"""#), "neither a token nor a client certificate"),
            (answer(#""token":["hunter2"]"#), "token that is not a text"),
            (answer(#""token":"hunter2\r\nX: y""#), "another character that no token has"),
            (answer(#""clientCertificateData":"\#(certificate)""#), "clientKeyData is missing"),
            (answer(#""clientKeyData":"\#(key)","token":"hunter2""#), "clientCertificateData is missing"),
            (answer(#""clientCertificateData":"hunter2","clientKeyData":"\#(key)""#), "clientCertificateData that is not PEM"),
            (answer(#""clientCertificateData":"\#(certificate)","clientKeyData":"hunter2""#), "clientKeyData that is not PEM"),
            (answer(#""token":"hunter2","expirationTimestamp":"tomorrow""#), "expirationTimestamp that is no time"),
            (answer(#""token":"hunter2","expirationTimestamp":7"#), "expirationTimestamp that is not a text"),
            (answer(#""token":"hunter2","expirationTimestamp":"2026-01-01T12:00:00Z""#), "expired at 2026-01-01T12:00:00Z"),
        ]
    )
    func bad(text: String, expected: String) throws {
        let error = try #require(#expect(throws: ExecCredentialError.self) { try parse(text) })
        #expect(error.code == .unusable)
        #expect(error.message.contains(expected), "\(error.message)")
        #expect(!error.message.contains("hunter2") && !error.message.contains("\n") && !error.message.contains("\u{1b}"))
    }
}

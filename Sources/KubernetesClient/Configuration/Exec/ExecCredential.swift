// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// What a credential plugin gave: a token, a client certificate with its key, or both.
struct ExecCredential: Sendable, Hashable {
    var token: String?
    /// As PEM, with ``clientKey`` or not at all.
    var clientCertificate: [UInt8]?
    var clientKey: [UInt8]?
    /// When it is of no more use; nil for when the server says so.
    var expiration: Time?

    init(token: String? = nil, clientCertificate: [UInt8]? = nil, clientKey: [UInt8]? = nil, expiration: Time? = nil) {
        self.token = token
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.expiration = expiration
    }

    /// Reads what a plugin printed. Messages repeat nothing of it that may be secret.
    ///
    /// - Parameters:
    ///   - bytes: An object ExecCredential as JSON.
    ///   - apiVersion: The version that it must have.
    ///   - now: The time at which it must still be good.
    init(parsing bytes: [UInt8], apiVersion: ExecCredentialPlugin.APIVersion, now: Time) throws(ExecCredentialError) {
        guard let answer = try? JSONValue(parsing: bytes), answer.object != nil else {
            throw Self.unusable(bytes.isEmpty ? "printed nothing" : "printed something that is not a JSON object")
        }
        guard answer["kind"]?.string == "ExecCredential" else {
            throw Self.unusable("printed an object whose kind is not ExecCredential")
        }
        guard answer["apiVersion"]?.string == apiVersion.rawValue else {
            let version = answer["apiVersion"]?.string.map { "\"\($0.prefix(80))\"" } ?? "missing"
            throw Self.unusable("printed an ExecCredential whose apiVersion is \(version) and not \(apiVersion.rawValue)")
        }
        guard let status = answer["status"], status.object != nil else {
            throw Self.unusable("printed an ExecCredential without a status")
        }
        token = try Self.text("token", of: status)
        clientCertificate = try Self.text("clientCertificateData", of: status).map { Array($0.utf8) }
        clientKey = try Self.text("clientKeyData", of: status).map { Array($0.utf8) }
        let expirationText = try Self.text("expirationTimestamp", of: status)
        expiration = expirationText.flatMap { Time($0) }
        if let expirationText, expiration == nil {
            throw Self.unusable("gave an expirationTimestamp that is no time: \"\(expirationText.prefix(80))\"")
        }
        try check(now: now)
    }

    private func check(now: Time) throws(ExecCredentialError) {
        if token == nil, clientCertificate == nil, clientKey == nil {
            throw Self.unusable("gave neither a token nor a client certificate")
        }
        if let token, !BearerToken.isToken(token) {
            throw Self.unusable("gave a token with a space, a line break or another character that no token has")
        }
        guard (clientCertificate == nil) == (clientKey == nil) else {
            let missing = clientKey == nil ? "clientKeyData" : "clientCertificateData"
            throw Self.unusable("gave one half of a client certificate and its key: \(missing) is missing")
        }
        for (name, part) in [("clientCertificateData", clientCertificate), ("clientKeyData", clientKey)] {
            if let part, !TLSMaterial.isPEM(part) {
                throw Self.unusable("gave \(name) that is not PEM (no line that begins with -----BEGIN)")
            }
        }
        if let expiration, expiration <= now {
            throw Self.unusable("gave credentials that expired at \(expiration), and it is \(now); is a clock wrong?")
        }
    }

    /// A text that is there and not empty.
    private static func text(_ key: String, of status: JSONValue) throws(ExecCredentialError) -> String? {
        guard let value = status[key], !value.isNull else { return nil }
        guard let text = value.string else { throw unusable("gave \(key) that is not a text") }
        return text.isEmpty ? nil : text
    }

    private static func unusable(_ problem: String) -> ExecCredentialError {
        ExecCredentialError(.unusable, problem.escapingControlCharacters)
    }
}

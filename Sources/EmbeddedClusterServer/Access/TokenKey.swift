// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Crypto
import EmbeddedCluster
package import KubernetesJSON

/// The key that signs the tokens of service accounts: JSON Web Tokens with HMAC and SHA-256 (RFC 7515, HS256).
public struct TokenKey: Sendable {
    private let key: SymmetricKey

    private static let header = Base64URL.encoded(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    init(_ key: SymmetricKey) { self.key = key }

    /// The key in the file `service-account-key`, made when there is none. Tokens hold as long as the file stays.
    ///
    /// - Throws: ``ServerError`` when the file cannot be used; it is never replaced in silence.
    public static func load(in directory: PrivateDirectory) throws(ServerError) -> TokenKey {
        let name = "service-account-key"
        guard let bytes = try directory.read(name, maximum: 4096) else {
            let key = SymmetricKey(size: .bits256)
            try directory.write(name, key.withUnsafeBytes { Array($0) })
            return TokenKey(key)
        }
        guard bytes.count == 32 else {
            throw ServerError(
                .token,
                "\(directory.file(name)) does not hold a key of 32 bytes; move it away to have a new one made"
            )
        }
        return TokenKey(SymmetricKey(data: bytes))
    }

    private func signature(of text: String) -> [UInt8] {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key).withUnsafeBytes { Array($0) }
    }
}

extension TokenKey: TokenSigner {
    package func token(with claims: JSONValue) -> String {
        let text = Self.header + "." + Base64URL.encoded(claims.serialized())
        return text + "." + Base64URL.encoded(signature(of: text))
    }

    package func claims(of token: String) -> JSONValue? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == Self.header, case .success(let code) = Base64URL.decoded(parts[2]),
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array("\(parts[0]).\(parts[1])".utf8), using: key),
            case .success(let claims) = Base64URL.decoded(parts[1])
        else { return nil }
        do {
            return try JSONValue(parsing: claims)
        } catch {
            return nil  // not made by `token(with:)`
        }
    }
}

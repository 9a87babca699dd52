// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Crypto
package import EmbeddedCluster
package import HTTPTypes

/// Finds out who sends a request: from its bearer token, else nobody (`system:anonymous`), as kube-apiserver does with its token file.
package struct Authenticator: Sendable {
    private let users: [(token: BearerToken, user: UserInfo)]
    private let serviceAccount: @Sendable (_ token: String) -> UserInfo?

    /// - Parameters:
    ///   - tokens: The texts of the tokens and whom they stand for.
    ///   - serviceAccount: Whose a token of a service account is.
    package init(
        tokens: [(token: String, user: UserInfo)],
        serviceAccount: @escaping @Sendable (_ token: String) -> UserInfo? = { _ in nil }
    ) {
        users = tokens.map { (BearerToken($0.token), $0.user) }
        self.serviceAccount = serviceAccount
    }

    /// The user of a request.
    ///
    /// No credentials, or of a kind that is not known here, make the anonymous user. A bearer token that is not known is refused.
    ///
    /// - Throws: The Status 401.
    package func user(of fields: HTTPFields) throws(StatusError) -> UserInfo {
        guard let token = Self.bearerToken(in: fields[.authorization]) else { return .anonymous }
        guard let user = known(token) ?? serviceAccount(token) else {
            throw StatusError(code: 401, reason: "Unauthorized", message: "Unauthorized")
        }
        return user
    }

    /// Whose one of the fixed tokens is.
    package func known(_ token: String) -> UserInfo? {
        let digest = BearerToken.digest(of: token)
        // All are compared, so that the time does not tell which one matched.
        var found: UserInfo?
        for (known, user) in users where known.matches(digest) { found = user }
        return found
    }

    /// The text after the scheme; nil when the scheme is not Bearer or the text is empty, as when two spaces follow the scheme.
    static func bearerToken(in value: String?) -> String? {
        guard let value else { return nil }
        let parts = value.drop { $0 == " " }.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 1, parts[0].lowercased() == "bearer", !parts[1].isEmpty else { return nil }
        return String(parts[1])
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The administrator's token in a state directory.
public enum StoredToken {
    /// The token in the file `token`, made when there is none.
    ///
    /// - Throws: ``ServerError`` when the file cannot be used; it is never replaced in silence, because kubeconfig files hold the token.
    public static func load(in directory: PrivateDirectory) throws(ServerError) -> String {
        guard let bytes = try directory.read("token", maximum: 4096) else {
            let token = BearerToken.random()
            try directory.write("token", Array((token + "\n").utf8))
            return token
        }
        let text = String(decoding: bytes.filter { $0 != 10 }, as: UTF8.self)
        let isToken = text.utf8.count >= 32 && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
        guard isToken else {
            throw ServerError(
                .token,
                "\(directory.file("token")) does not hold a token of at least 32 characters; move it away to have a new one made"
            )
        }
        return text
    }
}

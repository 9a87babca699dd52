// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The secret that a client shows with each request.
public enum BearerToken: Sendable, Hashable, CustomStringConvertible {
    /// The token itself.
    case value(String)
    /// A file that holds the token and may be replaced at any time, as the kubelet does; read again every minute.
    case file(path: String)

    /// Says which kind it is, never the secret.
    public var description: String {
        switch self {
        case .value: "a token"
        case .file(let path): "the token in \(path)"
        }
    }

    /// Whether a text has only characters that a token can have; others could forge lines of a request.
    static func isToken(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7e).contains($0) } }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// Makes the standard library's `Decodable` types of JSON, without Foundation.
///
/// Members that a type does not name are dropped, as `Decodable` has it.
public struct JSONValueDecoder: Sendable {
    /// A decoder.
    public init() {}

    /// The value that `json` stands for.
    ///
    /// - Throws: `DecodingError`, and what the type's own `init(from:)` throws.
    public func decode<T: Decodable>(_ type: T.Type = T.self, from json: JSONValue) throws -> T {
        try ValueDecoder(json, at: []).decode(type)
    }
}

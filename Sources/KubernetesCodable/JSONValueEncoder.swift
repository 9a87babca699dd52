// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// Makes JSON of the standard library's `Encodable` types, without Foundation.
///
/// It is for types that are written by hand or synthesized by the compiler; the generated types write themselves, several times faster. Types
/// of Foundation encode as they like: a `Date` becomes a number, which no API server takes for a time; use `Time`.
public struct JSONValueEncoder: Sendable {
    /// The most objects and arrays that are open at once: what a reader of the result allows.
    public static let depthLimit = JSONReader.defaultDepthLimit

    /// An encoder.
    public init() {}

    /// The JSON of `value`. An infinity or NaN, which JSON cannot hold, becomes `null`, as with the generated types.
    ///
    /// - Throws: `EncodingError` when the value is deeper than ``depthLimit``, and what the value's own `encode(to:)` throws.
    public func encode(_ value: some Encodable) throws -> JSONValue {
        let node = EncodingNode()
        try node.encode(value, at: [])
        return node.value
    }
}

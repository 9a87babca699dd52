// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A type that reads and writes JSON by itself and can be part of `Codable` types.
///
/// The types of `KubernetesMeta` and those of `KubernetesCore` that custom resources often hold conform. For another generated type one line is
/// enough: `extension IngressSpec: @retroactive Codable, JSONCodable {}`.
///
/// Any encoder and decoder will do, Foundation's too.
public protocol JSONCodable: JSONReadable, JSONWritable, Codable {}

extension JSONCodable {
    /// Encodes the JSON that the type writes.
    public func encode(to encoder: any Encoder) throws {
        try JSONValue(encoding: self).encodeParts(to: encoder)
    }

    /// Decodes JSON and reads it as the type does.
    public init(from decoder: any Decoder) throws {
        let json = try JSONValue(partsFrom: decoder)
        do {
            self = try json.decoded(as: Self.self)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.description, underlyingError: error)
            )
        }
    }
}

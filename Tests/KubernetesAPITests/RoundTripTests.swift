// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPI
import Testing

@Suite("Round trips of generated kinds")
struct RoundTripTests {
    /// Random objects per kind.
    private static let seeds: Range<UInt64> = 0..<20

    @Test(
        "a random object with unknown members at every level is the same JSON after reading and writing",
        .enabled(if: OpenAPIData.isDue, "no OpenAPI data; set KUBERNETES_OPENAPI"),
        arguments: Kinds.names
    )
    func random(name: String) throws {
        for seed in Self.seeds {
            let (type, object) = try Self.object(of: name, seed: seed)
            try check(type, object, "\(name), seed \(seed)")
        }
    }

    @Test(
        "no member of the schema is unknown to the type, at any level",
        .enabled(if: OpenAPIData.isDue, "no OpenAPI data; set KUBERNETES_OPENAPI"),
        arguments: Kinds.names
    )
    func complete(name: String) throws {
        for seed in Self.seeds {
            let (type, object) = try Self.object(of: name, seed: seed, hasUnknownMembers: false)
            let unknown = Self.unknownMembers(in: try object.decoded(as: type))
            #expect(unknown.isEmpty, "\(name), seed \(seed)")
        }
    }

    private static func object(of name: String, seed: UInt64, hasUnknownMembers: Bool = true) throws -> (
        any Kinds.Part.Type, JSONValue
    ) {
        let data = try #require(OpenAPIData.shared, "no OpenAPI data in \(OpenAPIData.directory); set KUBERNETES_OPENAPI")
        var random = RandomObject(data: data, seed: seed, hasUnknownMembers: hasUnknownMembers)
        if let type = Kinds.resources[name] { return (type, random.object(of: name, type: type.groupVersionKind)) }
        let (type, kind) = try #require(Kinds.messages[name])
        return (type, random.object(of: name, type: kind))
    }

    private func check<Kind: Kinds.Part>(_ type: Kind.Type, _ object: JSONValue, _ story: String) throws {
        let value = try object.decoded(as: type)
        let written = JSONValue(encoding: value)
        #expect(written == object, "\(story): \(Self.difference(written, object))")
        let again = try written.decoded(as: type)
        #expect(again == value, "\(story)")
        #expect(again.hashValue == value.hashValue, "\(story)")
    }

    private static func unknownMembers(in value: Any) -> [String] {
        if let fields = value as? UnknownFields { return fields.members.keys }
        if value is JSONValue || value is RawJSON || value is String { return [] }
        return Mirror(reflecting: value).children.flatMap { unknownMembers(in: $0.value) }
    }

    /// The first path at which two values differ.
    private static func difference(_ left: JSONValue, _ right: JSONValue, at path: String = "") -> String {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            for key in Set(left.keys).union(right.keys).sorted() where left[key] != right[key] {
                guard let one = left[key], let other = right[key] else { return "\(path).\(key) is only on one side" }
                return difference(one, other, at: "\(path).\(key)")
            }
        case (.array(let left), .array(let right)) where left.count == right.count:
            for (index, pair) in zip(left, right).enumerated() where pair.0 != pair.1 {
                return difference(pair.0, pair.1, at: "\(path)[\(index)]")
            }
        default: break
        }
        return "\(path): \(left) ≠ \(right)"
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPI
import Testing

@Suite("Round trips of generated kinds")
struct RoundTripTests {
    /// Every kind of `Plan.swift`.
    static let kinds: [any (Resource & Hashable).Type] = [
        Binding.self, ConfigMap.self, CustomResourceDefinition.self, KubernetesCore.Event.self, KubernetesEvents.Event.self,
        Lease.self,
        Namespace.self, NetworkPolicy.self, Node.self, PersistentVolumeClaim.self, Pod.self, Secret.self, Service.self,
        ServiceAccount.self,
    ]

    private static let prefixes = [
        "": "io.k8s.api.core.v1.",
        "apiextensions.k8s.io": "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.",
        "coordination.k8s.io": "io.k8s.api.coordination.v1.",
        "events.k8s.io": "io.k8s.api.events.v1.",
        "networking.k8s.io": "io.k8s.api.networking.v1.",
    ]

    @Test(
        "a random object with unknown members is the same JSON after reading and writing",
        .enabled(if: OpenAPIData.isDue, "no OpenAPI data; set KUBERNETES_OPENAPI"),
        arguments: kinds.indices,
        0..<40 as Range<UInt64>
    )
    func random(kind: Int, seed: UInt64) throws {
        let data = try #require(OpenAPIData.shared, "no OpenAPI data in \(OpenAPIData.directory); set KUBERNETES_OPENAPI")
        let type = Self.kinds[kind]
        var random = RandomObject(data: data, seed: seed)
        let name = try #require(Self.prefixes[type.groupVersionKind.group]) + type.groupVersionKind.kind
        let object = random.object(of: name, type: type.groupVersionKind)
        try check(type, object, "\(name), seed \(seed)")
    }

    private func check<Kind: Resource & Hashable>(_ type: Kind.Type, _ object: JSONValue, _ story: String) throws {
        let value = try object.decoded(as: type)
        let written = JSONValue(encoding: value)
        #expect(written == object, "\(story): \(Self.difference(written, object))")
        let again = try written.decoded(as: type)
        #expect(again == value, "\(story)")
        #expect(again.hashValue == value.hashValue, "\(story)")
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

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesCodable
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Encoding and decoding without Foundation")
struct CoderTests {
    struct Everything: Codable, Equatable {
        enum Choice: Codable, Equatable { case none, both(left: Int8, right: String?) }

        var bool = true
        var text = "ä\"\\\n"
        var double = 0.1
        var float: Float = 0.1
        var smallest = Int64.min
        var largest = UInt64.max
        var bytes: [UInt8] = [0, 255]
        var nested: [[String: Int16?]] = [["a": -1], [:]]
        var choices: [Choice] = [.none, .both(left: -128, right: nil), .both(left: 127, right: "x")]
        var absent: String?
        var set: Set<String> = ["only"]
    }

    class Base: Codable {
        var name = "base"
    }

    final class Derived: Base {
        enum Key: CodingKey { case size, parts, rest }

        var size = 3
        var parts = [1, 2]

        override init() { super.init() }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(size, forKey: .size)
            var array = container.nestedUnkeyedContainer(forKey: .parts)
            for part in parts { try array.encode(part) }
            var rest = container.nestedContainer(keyedBy: Key.self, forKey: .rest)
            try rest.encodeNil(forKey: .size)
            try super.encode(to: container.superEncoder())
        }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            size = try container.decode(Int.self, forKey: .size)
            var array = try container.nestedUnkeyedContainer(forKey: .parts)
            parts = []
            while !array.isAtEnd { parts.append(try array.decode(Int.self)) }
            guard try container.nestedContainer(keyedBy: Key.self, forKey: .rest).decodeNil(forKey: .size) else {
                throw CancellationError()
            }
            try super.init(from: container.superDecoder())
        }
    }

    @Test("every kind of member survives")
    func everything() throws {
        let json = try JSONValueEncoder().encode(Everything())
        #expect(json["float"]?.text == "0.1" && json["double"]?.text == "0.1")
        #expect(json["largest"]?.text == "18446744073709551615")
        #expect(json["absent"] == nil)
        #expect(json["choices"] == [["none": [:]], ["both": ["left": -128]], ["both": ["left": 127, "right": "x"]]])
        let text = try JSONValue(parsing: json.text)
        #expect(try JSONValueDecoder().decode(Everything.self, from: text) == Everything())
    }

    @Test("Foundation's coders and these write and read the same documents")
    func foundation() throws {
        let theirs = try JSONValue(parsing: [UInt8](JSONEncoder().encode(Everything())))
        #expect(try JSONValueEncoder().encode(Everything()) == theirs)
        #expect(try JSONValueDecoder().decode(Everything.self, from: theirs) == Everything())
        let pod = PodTemplateSpec(
            metadata: ObjectMeta(creationTimestamp: Time(seconds: 0), labels: ["a": "b"]),
            spec: PodSpec(
                containers: [Container(name: "c", resources: ResourceRequirements(limits: ["cpu": Quantity(milli: 500)]))],
                terminationGracePeriodSeconds: 30
            )
        )
        let bytes = try JSONEncoder().encode(pod)
        #expect(try JSONValue(parsing: [UInt8](bytes)) == JSONValue(encoding: pod))
        #expect(try JSONDecoder().decode(PodTemplateSpec.self, from: bytes) == pod)
    }

    @Test("containers inside containers and superclasses are objects and arrays")
    func containers() throws {
        let json = try JSONValueEncoder().encode(Derived())
        #expect(json == ["size": 3, "parts": [1, 2], "rest": ["size": nil], "super": ["name": "base"]])
        let derived = try JSONValueDecoder().decode(Derived.self, from: json)
        #expect(derived.size == 3 && derived.parts == [1, 2] && derived.name == "base")
    }

    @Test("numbers that do not fit are refused, whole numbers with a fraction of zero are taken")
    func numbers() throws {
        func decode<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
            try JSONValueDecoder().decode(type, from: JSONValue(parsing: text))
        }
        #expect(try decode(Int8.self, "127") == 127)
        #expect(try decode(Int.self, "3.0") == 3)
        #expect(try decode(UInt64.self, "18446744073709551615") == .max)
        for text in ["128", "-129", "1.5", "1e400", "\"1\"", "true", "null"] {
            #expect(throws: DecodingError.self) { try decode(Int8.self, text) }
        }
        #expect(throws: DecodingError.self) { try decode(UInt8.self, "-1") }
        #expect(throws: DecodingError.self) { try decode(Float.self, "1e39") }
        #expect(try JSONValueEncoder().encode([Double.nan, .infinity]) == [nil, nil])
    }

    @Test("a value deeper than a reader allows is refused, not a crash")
    func depth() throws {
        indirect enum Chain: Encodable {
            case end
            case link(Chain)

            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                if case .link(let next) = self { try container.encode(next) }
            }
        }
        var chain = Chain.end
        for _ in 0...JSONValueEncoder.depthLimit { chain = .link(chain) }
        #expect(throws: EncodingError.self) { try JSONValueEncoder().encode(chain) }
    }

    @Test("a resource that refuses to be encoded says so in the place of the object")
    func refused() throws {
        struct Stubborn: CodableResource {
            static let groupVersionKind = GroupVersionKind(group: "example.com", version: "v1", kind: "Stubborn")
            static let plural = "stubborns"
            static let scope = ResourceScope.cluster
            var metadata = ObjectMeta(name: "a")

            func encode(to encoder: any Encoder) throws { throw CancellationError() }
        }
        let text = try #require(JSONValue(encoding: Stubborn()).string)
        #expect(text.contains("Stubborn 'a' cannot be encoded"))
    }
}

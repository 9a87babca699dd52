// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Reads the protobuf form of the few kinds that kubectl creates by name (`kubectl create namespace …`) and so sends in protobuf.
struct ProtobufReader {
    /// The bytes do not follow the format, or are nested too deeply.
    struct Malformed: Error {}

    /// The bytes before the envelope.
    static let prefix: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    private static let maximumDepth = 32

    private var bytes: ArraySlice<UInt8>

    private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// The object in an envelope; nil when its kind has no known shape.
    static func object(_ body: [UInt8]) throws(Malformed) -> JSONValue? {
        var envelope = ProtobufReader(body[...].dropFirst(prefix.count))
        var type = JSONValue.object([:])
        var raw: ArraySlice<UInt8> = []
        while let (number, field) = try envelope.next() {
            guard case .bytes(let content) = field else { continue }
            switch number {
            case 1: type = try message(content, ProtobufShape.typeMeta, depth: 0)
            case 2: raw = content
            default: break
            }
        }
        let (apiVersion, kind) = (type["apiVersion"]?.string ?? "", type["kind"]?.string ?? "")
        guard let members = ProtobufShape.kinds[apiVersion + "/" + kind] else { return nil }
        var object = try message(raw, members, depth: 0)
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        return object
    }

    // MARK: Messages

    private static func message(
        _ bytes: ArraySlice<UInt8>,
        _ members: [UInt64: ProtobufShape.Member],
        depth: Int
    ) throws(Malformed) -> JSONValue {
        guard depth < maximumDepth else { throw Malformed() }
        var reader = ProtobufReader(bytes)
        var object = JSONValue.object([:])
        while let (number, field) = try reader.next() {
            guard let member = members[number] else { continue }
            switch member.shape {
            case .list(let element):
                // An empty text is an element all the same: the core group in the rules of a role.
                guard let value = try value(field, element, depth: depth) ?? element.emptyElement else { continue }
                object[member.name] = .array((object[member.name]?.array ?? []) + [value])
            case .map(let element):
                guard case .bytes(let entry) = field else { throw Malformed() }
                let pair = try message(entry, [1: .init("key", .text), 2: .init("value", element)], depth: depth + 1)
                if object[member.name] == nil { object[member.name] = .object([:]) }
                object[member.name]?[pair["key"]?.string ?? ""] = pair["value"] ?? ""
            default:
                if let value = try value(field, member.shape, depth: depth) { object[member.name] = value }
            }
        }
        return object
    }

    /// Nil for what JSON leaves out: empty texts, zeros, zero times.
    private static func value(_ field: Field, _ shape: ProtobufShape, depth: Int) throws(Malformed) -> JSONValue? {
        switch (shape, field) {
        case (.text, .bytes(let content)):
            guard let text = String(validating: content, as: UTF8.self) else { throw Malformed() }
            return text.isEmpty ? nil : .string(text)
        case (.data, .bytes(let content)): return .string(Base64.encode(content))
        case (.integer, .number(let number)): return number == 0 ? nil : .int(Int64(bitPattern: number))
        case (.flag, .number(let number)): return .bool(number != 0)
        case (.time, .bytes(let content)):
            let time = try message(content, [1: .init("seconds", .integer)], depth: depth + 1)
            return time["seconds"]?.int.map { .string(Time(seconds: $0).description) }
        case (.message(let members), .bytes(let content)): return try message(content, members, depth: depth + 1)
        default: throw Malformed()
        }
    }

    // MARK: Fields

    private enum Field {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
        /// Fixed-width numbers, which the known kinds do not have.
        case skipped
    }

    private mutating func next() throws(Malformed) -> (number: UInt64, field: Field)? {
        guard !bytes.isEmpty else { return nil }
        let tag = try number()
        switch tag & 7 {
        case 0: return (tag >> 3, .number(try number()))
        case 1:
            _ = try take(8)
            return (tag >> 3, .skipped)
        case 2: return (tag >> 3, .bytes(try take(try number())))
        case 5:
            _ = try take(4)
            return (tag >> 3, .skipped)
        default: throw Malformed()
        }
    }

    private mutating func number() throws(Malformed) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { throw Malformed() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw Malformed()
    }

    private mutating func take(_ count: UInt64) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.count) else { throw Malformed() }
        defer { bytes = bytes.dropFirst(Int(count)) }
        return bytes.prefix(Int(count))
    }
}

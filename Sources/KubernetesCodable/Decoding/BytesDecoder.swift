// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// A decoder over the bytes of one JSON value: what a type does not ask for is skipped and never made.
///
/// The bytes are part of the document that is being read; a type must not keep its decoder.
struct BytesDecoder: Decoder {
    /// One value, checked already.
    let bytes: UnsafeRawBufferPointer
    let codingPath: [any CodingKey]

    init(_ bytes: UnsafeRawBufferPointer, at path: [any CodingKey]) {
        self.bytes = bytes
        codingPath = path
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard try kind() == .object else { return try value().container(keyedBy: type) }
        return KeyedDecodingContainer(KeyedBytesContainer(object: try BytesObject(bytes), codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard try kind() == .array else { return try value().unkeyedContainer() }
        return try UnkeyedBytesContainer(bytes, at: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func kind() throws -> JSONKind {
        var reader = JSONReader(bytes)
        return try reader.peek()
    }

    /// The whole value; for scalars, and for what makes an error.
    func value() throws -> ValueDecoder { ValueDecoder(try JSON.decode(JSONValue.self, from: bytes), at: codingPath) }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        // Kubernetes' own types have readers of their own, which are much faster.
        guard let readable = type as? any JSONCodable.Type else { return try T(from: self) }
        do {
            guard let read = try JSON.decode(readable, from: bytes) as? T else { return try T(from: self) }
            return read
        } catch let error as JSONError {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath, debugDescription: error.description, underlyingError: error)
            )
        }
    }
}

extension BytesDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool {
        // The bytes have been checked.
        do { return try kind() == .null } catch { return false }
    }

    func decode(_ type: Bool.Type) throws -> Bool { try value().bool() }
    func decode(_ type: String.Type) throws -> String { try value().string() }
    func decode(_ type: Double.Type) throws -> Double { try value().double() }
    func decode(_ type: Float.Type) throws -> Float { try value().float() }
    func decode(_ type: Int.Type) throws -> Int { try value().integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try value().integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try value().integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try value().integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try value().integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try value().integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try value().integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try value().integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try value().integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try value().integer() }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The decoder that a value decodes itself from.
struct ValueDecoder: Decoder {
    let json: JSONValue
    let codingPath: [any CodingKey]

    init(_ json: JSONValue, at path: [any CodingKey]) {
        self.json = json
        codingPath = path
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let object = json.object else { throw mismatch([String: JSONValue].self, "an object") }
        return KeyedDecodingContainer(KeyedValueContainer(object: object, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = json.array else { throw mismatch([JSONValue].self, "an array") }
        return UnkeyedValueContainer(elements, at: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: self) }
}

// MARK: - Scalars

extension ValueDecoder {
    func bool() throws -> Bool {
        guard let value = json.bool else { throw mismatch(Bool.self, "a boolean") }
        return value
    }

    func string() throws -> String {
        guard let value = json.string else { throw mismatch(String.self, "a string") }
        return value
    }

    func double() throws -> Double {
        guard case .number(let number) = json else { throw mismatch(Double.self, "a number") }
        guard number.double.isFinite else { throw unfit(number, Double.self) }
        return number.double
    }

    // From the text: by way of a double it would be rounded twice.
    func float() throws -> Float {
        guard case .number(let number) = json else { throw mismatch(Float.self, "a number") }
        guard let value = Float(number.text), value.isFinite else { throw unfit(number, Float.self) }
        return value
    }

    func integer<T: FixedWidthInteger>() throws -> T {
        guard case .number(let number) = json else { throw mismatch(T.self, "a whole number") }
        if let value = T(number.text) { return value }
        guard let value = number.int64.flatMap({ T(exactly: $0) }) else { throw unfit(number, T.self) }
        return value
    }

    private func unfit(_ number: JSONNumber, _ type: Any.Type) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: "\(number.text.prefix(64)) does not fit \(type)"))
    }

    private func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "expected \(expected), found \(found)")
        return json.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    private var found: String {
        switch json {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Any JSON document, with the order of object members and the text of numbers kept.
///
/// Two values are equal when they are the same JSON: the order of members does not count, the text of numbers does not either
/// (`1.0 == 1`).
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// An integer number.
    public static func int(_ value: some BinaryInteger) -> JSONValue { .number(JSONNumber(value)) }

    /// The string, or nil when this is anything else.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The boolean, or nil when this is anything else.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, or nil when this is not a number without a fraction that fits.
    public var int: Int64? { if case .number(let value) = self { value.int64 } else { nil } }

    /// The number as a double, or nil when this is not a number.
    public var double: Double? { if case .number(let value) = self { value.double } else { nil } }

    /// The elements, or nil when this is not an array.
    public var array: [JSONValue]? {
        get { if case .array(let value) = self { value } else { nil } }
        set { self = newValue.map(JSONValue.array) ?? .null }
    }

    /// The members, or nil when this is not an object.
    public var object: JSONObject? {
        get { if case .object(let value) = self { value } else { nil } }
        set { self = newValue.map(JSONValue.object) ?? .null }
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The member `key`; nil when there is none or this is not an object. Setting makes an object of anything else; setting nil removes.
    public subscript(key: String) -> JSONValue? {
        get { if case .object(let value) = self { value[key] } else { nil } }
        _modify {
            var object: JSONObject
            if case .object(let current) = self { object = current } else { object = JSONObject() }
            self = .null
            defer { self = .object(object) }
            yield &object[key]
        }
    }

    /// The element at `index`; nil when out of bounds or not an array.
    public subscript(index: Int) -> JSONValue? {
        if case .array(let value) = self, value.indices.contains(index) { value[index] } else { nil }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
    public init(nilLiteral: ()) { self = .null }
}

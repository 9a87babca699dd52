// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension JSONValue: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        switch try reader.peek() {
        case .null:
            try reader.consumeLiteral("null")
            self = .null
        case .bool: self = .bool(try reader.readBool())
        case .number: self = .number(try reader.readNumber())
        case .string: self = .string(try reader.readString())
        case .array: self = .array(try [JSONValue](from: &reader))
        case .object: self = .object(try JSONObject(from: &reader))
        }
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.value(value)
        case .number(let value): writer.value(value)
        case .string(let value): writer.value(value)
        case .array(let elements): elements.write(to: &writer)
        case .object(let object): object.write(to: &writer)
        }
    }
}

extension JSONObject: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let name = key.string
            set(name, try JSONValue(from: &reader))
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, value) in self {
            writer.key(key)
            value.write(to: &writer)
        }
        writer.endObject()
    }
}

extension JSONValue {
    /// The value of a document.
    public init(parsing text: String) throws(JSONError) {
        self = try JSON.decode(JSONValue.self, from: Array(text.utf8))
    }

    /// The value of a document.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try JSON.decode(JSONValue.self, from: bytes)
    }

    /// The JSON of any value.
    public init(encoding value: some JSONWritable) {
        if let value = value as? JSONValue {
            self = value
            return
        }
        do {
            self = try JSONValue(parsing: JSON.encode(value))
        } catch {
            preconditionFailure("\(type(of: value)).write(to:) does not write JSON: \(error)")
        }
    }

    /// The compact JSON.
    public func serialized() -> [UInt8] { JSON.encode(self) }

    /// The compact JSON as text.
    public var text: String { String(decoding: serialized(), as: UTF8.self) }

    /// This value as another type.
    public func decoded<T: JSONReadable>(as type: T.Type = T.self) throws(JSONError) -> T {
        if let value = self as? T { return value }
        return try JSON.decode(type, from: serialized())
    }
}

extension JSONValue: CustomStringConvertible {
    public var description: String { text }
}

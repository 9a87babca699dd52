// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension Array: JSONReadable where Element: JSONReadable {
    @inlinable
    public init(from reader: inout JSONReader) throws(JSONError) {
        self = []
        try reader.beginArray()
        while try reader.nextElement() { append(try Element(from: &reader)) }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    @inlinable
    public func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for element in self { element.write(to: &writer) }
        writer.endArray()
    }
}

extension Dictionary: JSONReadable where Key == String, Value: JSONReadable {
    @inlinable
    public init(from reader: inout JSONReader) throws(JSONError) {
        self = [:]
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let name = key.string
            let value = try Value(from: &reader)
            // One allocation for the usual few members instead of one each for the first, second and fourth.
            if isEmpty { reserveCapacity(3) }
            self[name] = value
        }
    }
}

extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    /// Members are sorted by name, so that equal dictionaries give equal bytes.
    @inlinable
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, value) in sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            value.write(to: &writer)
        }
        writer.endObject()
    }
}

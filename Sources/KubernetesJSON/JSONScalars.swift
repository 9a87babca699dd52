// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// The standard library's types as JSON.

extension String: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) { self = try reader.readString() }
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Bool: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) { self = try reader.readBool() }
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Int32: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) { self = try reader.readInt32() }
    public func write(to writer: inout JSONWriter) { writer.value(Int64(self)) }
}

extension Int64: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) { self = try reader.readInt64() }
    public func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Int: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) { self = Int(try reader.readInt64()) }
    public func write(to writer: inout JSONWriter) { writer.value(Int64(self)) }
}

extension Double: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) { self = try reader.readDouble() }

    /// An infinity or NaN, which JSON cannot hold, becomes `null`.
    public func write(to writer: inout JSONWriter) {
        if let number = JSONNumber(self) { writer.value(number) } else { writer.null() }
    }
}

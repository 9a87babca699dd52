// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One JSON value kept as the bytes it came in: checked, but not taken apart until somebody asks.
///
/// For parts of objects that most programs only carry along, such as `managedFields`.
public struct RawJSON: Sendable, JSONReadable, JSONWritable {
    /// The JSON.
    public let bytes: [UInt8]

    /// An empty object.
    public init() { bytes = Array("{}".utf8) }

    /// The JSON of a value.
    public init(_ value: JSONValue) { bytes = value.serialized() }

    public init(from reader: inout JSONReader) throws(JSONError) { bytes = Array(try reader.readRaw()) }

    public func write(to writer: inout JSONWriter) { writer.raw(bytes) }

    /// The value. The bytes were checked when they were read, so reading them again cannot fail.
    public var value: JSONValue {
        do { return try JSON.decode(JSONValue.self, from: bytes) } catch { return .null }
    }
}

extension RawJSON: Hashable {
    public static func == (left: RawJSON, right: RawJSON) -> Bool { left.bytes == right.bytes || left.value == right.value }

    public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

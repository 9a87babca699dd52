// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Members of an object that its type does not know, kept so that reading and writing loses nothing.
///
/// An object written by a newer server keeps its new fields when this program changes one old field and writes it back.
public struct UnknownFields: Sendable {
    /// `"key":value` with commas between, as they came.
    private var raw: [UInt8] = []

    /// No members.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { raw.isEmpty }

    /// Keeps the member `key`, whose value `reader` is about to read.
    public mutating func read(_ key: JSONKey, from reader: inout JSONReader) throws(JSONError) {
        var name = JSONWriter()
        name.value(key.string)
        let value = try reader.readRaw()
        if !raw.isEmpty { raw.append(UInt8(ascii: ",")) }
        raw.append(contentsOf: name.finish())
        raw.append(UInt8(ascii: ":"))
        raw.append(contentsOf: value)
    }

    /// Writes the members into the object that `writer` has open.
    public func write(to writer: inout JSONWriter) { writer.rawMembers(raw) }

    /// The members. They were checked when they were read.
    public var members: JSONObject {
        let document = [UInt8(ascii: "{")] + raw + [UInt8(ascii: "}")]
        do { return try JSON.decode(JSONObject.self, from: document) } catch { return JSONObject() }
    }
}

extension UnknownFields: Hashable {
    public static func == (left: UnknownFields, right: UnknownFields) -> Bool {
        left.raw == right.raw || left.members == right.members
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

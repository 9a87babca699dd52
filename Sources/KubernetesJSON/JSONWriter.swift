// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Writes compact JSON into a buffer of bytes.
///
/// Commas are its business, pairing `begin` with `end` and writing a key before each member's value is the caller's.
///
/// ```swift
/// writer.beginObject()
/// writer.member("name", name)
/// writer.memberIfPresent("image", image)
/// writer.endObject()
/// ```
public struct JSONWriter: ~Copyable {
    private var buffer: ByteBuffer
    /// Whether a comma is due before the next key or element.
    private var needsComma = false

    /// A writer that has written nothing.
    public init() { buffer = ByteBuffer(capacity: 256) }

    /// The bytes written.
    public consuming func finish() -> [UInt8] { Array(buffer.bytes) }

    /// The number of bytes written so far.
    public var count: Int { buffer.count }

    // MARK: Structure

    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    public mutating func endObject() { end(UInt8(ascii: "}")) }

    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes the name of a member. It must be ASCII that needs no escapes: it is a literal in the source.
    public mutating func key(_ name: StaticString) {
        separate()
        buffer.append(UInt8(ascii: "\""))
        buffer.append(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        buffer.append(UInt8(ascii: "\""))
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes the name of a member.
    public mutating func key(_ name: String) {
        separate()
        buffer.appendQuoted(name)
        buffer.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member.
    @inlinable
    public mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// Writes a member if there is a value.
    @inlinable
    public mutating func memberIfPresent(_ name: StaticString, _ value: (some JSONWritable)?) {
        guard let value else { return }
        key(name)
        value.write(to: &self)
    }

    // MARK: Values

    public mutating func null() { token("null") }

    public mutating func value(_ bool: Bool) { token(bool ? "true" : "false") }

    public mutating func value(_ string: String) {
        separate()
        buffer.appendQuoted(string)
        needsComma = true
    }

    public mutating func value(_ integer: Int64) {
        separate()
        buffer.appendDigits(integer)
        needsComma = true
    }

    public mutating func value(_ number: JSONNumber) {
        separate()
        var text = number.text
        text.withUTF8 { buffer.append($0) }
        needsComma = true
    }

    /// Writes bytes that are already one JSON value.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        json.withUnsafeBufferPointer { buffer.append($0) }
        needsComma = true
    }

    /// Writes bytes that are already members of the open object, `"key":value` with commas between them.
    mutating func rawMembers(_ members: [UInt8]) {
        guard !members.isEmpty else { return }
        raw(members)
    }

    private mutating func begin(_ byte: UInt8) {
        separate()
        buffer.append(byte)
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        buffer.append(byte)
        needsComma = true
    }

    private mutating func token(_ text: StaticString) {
        separate()
        buffer.append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        needsComma = true
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { buffer.append(UInt8(ascii: ",")) }
    }
}

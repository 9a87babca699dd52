// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A pull reader over one JSON document in memory.
///
/// It is strict: RFC 8259's grammar, UTF-8 without exceptions, no lone surrogates in escapes, a limit on nesting. What it skips is
/// checked like what it reads. A member that occurs twice is read twice, so that the last wins; ``JSON/duplicateKeys(in:)`` finds them.
///
/// ```swift
/// try reader.beginObject()
/// while let key = try reader.nextKey() {
///     switch key {
///     case "name": name = try reader.read()
///     case "image": image = try reader.readIfPresent()
///     default: try reader.skip()
///     }
/// }
/// ```
public struct JSONReader: ~Copyable {
    /// How many objects and arrays may be open at once, unless the caller says otherwise. Readers recurse, so this bounds the stack.
    public static let defaultDepthLimit = 512

    /// First byte of the document.
    let start: UnsafePointer<UInt8>
    /// One past the last byte.
    @usableFromInline let end: UnsafePointer<UInt8>
    /// Next byte to look at; `start ... end`.
    @usableFromInline var cursor: UnsafePointer<UInt8>
    /// Objects and arrays that may still be opened.
    private var depthLeft: Int
    /// Whether the innermost open object or array has had no member yet.
    private var isFirst = true
    /// The last key that was written with escapes, unescaped. Owned: freed in deinit.
    private var keyBuffer: UnsafeMutableRawBufferPointer?

    /// A reader over `bytes`, which must stay valid as long as the reader is used.
    public init(_ bytes: UnsafeRawBufferPointer, depthLimit: Int = JSONReader.defaultDepthLimit) {
        let base = bytes.baseAddress ?? UnsafeRawPointer(Self.empty)
        start = base.assumingMemoryBound(to: UInt8.self)
        end = start + bytes.count
        cursor = start
        depthLeft = depthLimit
    }

    deinit { keyBuffer?.deallocate() }

    /// A valid address for documents of no bytes.
    nonisolated(unsafe) private static let empty = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)

    /// Bytes read so far.
    public var offset: Int { cursor - start }

    // MARK: Structure

    /// Opens an object; ``nextKey()`` then gives its members.
    public mutating func beginObject() throws(JSONError) {
        guard skipToToken() == UInt8(ascii: "{") else { throw mismatch(.object) }
        try open()
    }

    /// The next member's name, or nil after the last, which closes the object. The caller reads or skips the value before asking again.
    public mutating func nextKey() throws(JSONError) -> JSONKey? {
        var byte = skipToToken()
        if byte == UInt8(ascii: "}") {
            close()
            return nil
        }
        if isFirst {
            isFirst = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw unexpected("',' or '}' after an object member") }
            cursor += 1
            byte = skipToToken()
        }
        guard byte == UInt8(ascii: "\"") else { throw unexpected("a member name in double quotes") }
        if let span = scanPlainString() {
            if cursor < end, cursor.pointee == UInt8(ascii: ":") {
                cursor += 1
            } else {
                try expectColon()
            }
            return JSONKey(base: span.base, count: span.count)
        }
        let span = try scanString()
        let key = span.hasEscapes ? unescapeKey(span) : JSONKey(base: span.base, count: span.count)
        try expectColon()
        return key
    }

    private mutating func expectColon() throws(JSONError) {
        guard skipToToken() == UInt8(ascii: ":") else { throw unexpected("':' after a member name") }
        cursor += 1
    }

    /// Opens an array; ``nextElement()`` then says whether there is another element.
    public mutating func beginArray() throws(JSONError) {
        guard skipToToken() == UInt8(ascii: "[") else { throw mismatch(.array) }
        try open()
    }

    /// Whether another element follows, which the caller then reads or skips. False closes the array.
    public mutating func nextElement() throws(JSONError) -> Bool {
        let byte = skipToToken()
        if byte == UInt8(ascii: "]") {
            close()
            return false
        }
        if isFirst {
            isFirst = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw unexpected("',' or ']' after an array element") }
            cursor += 1
        }
        return true
    }

    /// The type of the next value, without reading it.
    public mutating func peek() throws(JSONError) -> JSONKind {
        switch skipToToken() {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: throw unexpected("a value")
        }
    }

    /// Checks that nothing but white space follows the document.
    public mutating func finish() throws(JSONError) {
        _ = skipToToken()
        guard cursor == end else { throw unexpected("the end of the document") }
    }

    private mutating func open() throws(JSONError) {
        guard depthLeft > 0 else {
            throw error(.tooDeep, "objects and arrays are nested too deep; flatten the document")
        }
        depthLeft -= 1
        isFirst = true
        cursor += 1
    }

    private mutating func close() {
        depthLeft += 1
        isFirst = false
        cursor += 1
    }

    private mutating func unescapeKey(_ span: StringSpan) -> JSONKey {
        if let buffer = keyBuffer, buffer.count >= span.count {
            return JSONKey(base: UnsafeRawPointer(buffer.baseAddress!), count: Self.unescape(span, into: buffer))
        }
        keyBuffer?.deallocate()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(span.count, 64), alignment: 1)
        keyBuffer = buffer
        return JSONKey(base: UnsafeRawPointer(buffer.baseAddress!), count: Self.unescape(span, into: buffer))
    }

    // MARK: Tokens

    /// Skips white space and returns the byte there, 0 at the end of the document (a NUL byte is no token either).
    @inline(__always)
    mutating func skipToToken() -> UInt8 {
        while cursor < end {
            let byte = cursor.pointee
            if byte > 0x20 { return byte }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            cursor += 1
        }
        return 0
    }

    /// Consumes `null` if that is the next value.
    @inlinable
    @inline(__always)
    mutating func consumeNull() throws(JSONError) -> Bool {
        if cursor < end, cursor.pointee > 0x20, cursor.pointee != 0x6E { return false }
        return try consumeNullAfterSpace()
    }

    @usableFromInline
    mutating func consumeNullAfterSpace() throws(JSONError) -> Bool {
        guard skipToToken() == UInt8(ascii: "n") else { return false }
        try consumeLiteral("null")
        return true
    }

    mutating func consumeLiteral(_ literal: StaticString) throws(JSONError) {
        let count = literal.utf8CodeUnitCount
        guard end - cursor >= count, JSONKey.areEqual(cursor, literal.utf8Start, count) else { throw unexpected("a value") }
        cursor += count
    }
}

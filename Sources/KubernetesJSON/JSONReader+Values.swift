// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// Reads a value of the type that is asked for.
    @inlinable
    @inline(__always)
    public mutating func read<T: JSONReadable>(_ type: T.Type = T.self) throws(JSONError) -> T {
        try T(from: &self)
    }

    /// Reads a value, or nil for `null`: Kubernetes treats a field that is null like one that is not there.
    @inlinable
    @inline(__always)
    public mutating func readIfPresent<T: JSONReadable>(_ type: T.Type = T.self) throws(JSONError) -> T? {
        if try consumeNull() { return nil }
        return try T(from: &self)
    }

    /// Reads a value into `value`; `null` leaves it as it is.
    @inlinable
    @inline(__always)
    public mutating func read<T: JSONReadable>(into value: inout T) throws(JSONError) {
        if try consumeNull() { return }
        value = try T(from: &self)
    }

    /// Reads a boolean.
    public mutating func readBool() throws(JSONError) -> Bool {
        switch skipToToken() {
        case UInt8(ascii: "t"):
            try consumeLiteral("true")
            return true
        case UInt8(ascii: "f"):
            try consumeLiteral("false")
            return false
        default: throw mismatch(.bool)
        }
    }

    /// Reads an integer: no fraction, no exponent, within 64 bits.
    public mutating func readInt64() throws(JSONError) -> Int64 {
        _ = skipToToken()
        let begin = cursor
        let number = try scanNumber()
        guard number.isInteger else {
            throw error(.typeMismatch, "expected an integer, found a number with a fraction or exponent", at: begin - start)
        }
        var digit = begin
        let isNegative = digit.pointee == UInt8(ascii: "-")
        if isNegative { digit += 1 }
        var value: Int64 = 0
        // 18 digits always fit.
        if cursor - digit <= 18 {
            while digit < cursor {
                value = value &* 10 &+ Int64(digit.pointee & 0x0F)
                digit += 1
            }
            return isNegative ? -value : value
        }
        guard let value = Int64(number.text) else {
            throw error(.outOfRange, "the number does not fit into 64 bits", at: begin - start)
        }
        return value
    }

    /// Reads an integer of 32 bits.
    public mutating func readInt32() throws(JSONError) -> Int32 {
        _ = skipToToken()
        let begin = offset
        guard let value = Int32(exactly: try readInt64()) else {
            throw error(.outOfRange, "the number does not fit into 32 bits", at: begin)
        }
        return value
    }

    /// Reads a number as the nearest double; one that is too big for a finite double is an error.
    public mutating func readDouble() throws(JSONError) -> Double {
        _ = skipToToken()
        let begin = offset
        guard let value = Double(try scanNumber().text), value.isFinite else {
            throw error(.outOfRange, "the number does not fit into a double", at: begin)
        }
        return value
    }

    /// Reads a number and keeps its text.
    public mutating func readNumber() throws(JSONError) -> JSONNumber {
        JSONNumber(validated: try scanNumber().text)
    }

    /// Reads a string that must be `expected`; `what` names it in the error.
    public mutating func expectString(_ expected: String, _ what: StaticString) throws(JSONError) {
        if try consumeNull() { return }
        let begin = offset
        let found = try readString()
        // An empty string is an absent one, as in the Go types.
        guard found == expected || found.isEmpty else {
            throw error(.wrongKind, "expected \(what) \(expected), found \(found.prefix(128))", at: begin)
        }
    }

    /// Reads a string that must be one of two; `what` names it in the error.
    package mutating func expectString(_ expected: String, or other: String, _ what: StaticString) throws(JSONError) {
        if try consumeNull() { return }
        let begin = offset
        let found = try readString()
        guard found == expected || found == other || found.isEmpty else {
            throw error(.wrongKind, "expected \(what) \(expected) or \(other), found \(found.prefix(128))", at: begin)
        }
    }

    /// Moves past a value, checking it.
    public mutating func skip() throws(JSONError) {
        switch try peek() {
        case .null: try consumeLiteral("null")
        case .bool: _ = try readBool()
        case .number: _ = try scanNumber()
        case .string: _ = try scanString()
        case .array:
            try beginArray()
            while try nextElement() { try skip() }
        case .object:
            try beginObject()
            while try nextKey() != nil { try skip() }
        }
    }

    /// Moves past a value, checking it, and returns its bytes, which are part of the reader's input.
    public mutating func readRaw() throws(JSONError) -> UnsafeRawBufferPointer {
        _ = skipToToken()
        let begin = cursor
        try skip()
        return UnsafeRawBufferPointer(start: begin, count: cursor - begin)
    }

    // MARK: Numbers

    struct NumberSpan {
        let base: UnsafePointer<UInt8>
        let count: Int
        let isInteger: Bool

        var text: String { String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self) }
    }

    /// Consumes a number, checking it against RFC 8259's grammar.
    mutating func scanNumber() throws(JSONError) -> NumberSpan {
        let token = skipToToken()
        let begin = cursor
        guard token == UInt8(ascii: "-") || isDigit(token) else { throw mismatch(.number) }
        if token == UInt8(ascii: "-") { cursor += 1 }
        if cursor < end, cursor.pointee == UInt8(ascii: "0") {
            cursor += 1
            if cursor < end, isDigit(cursor.pointee) { throw error(.syntax, "a number must not begin with 0") }
        } else {
            try scanDigits()
        }
        var isInteger = true
        if cursor < end, cursor.pointee == UInt8(ascii: ".") {
            isInteger = false
            cursor += 1
            try scanDigits()
        }
        if cursor < end, cursor.pointee | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            cursor += 1
            if cursor < end, cursor.pointee == UInt8(ascii: "+") || cursor.pointee == UInt8(ascii: "-") { cursor += 1 }
            try scanDigits()
        }
        return NumberSpan(base: begin, count: cursor - begin, isInteger: isInteger)
    }

    private mutating func scanDigits() throws(JSONError) {
        let begin = cursor
        while cursor < end, isDigit(cursor.pointee) { cursor += 1 }
        if cursor == begin { throw unexpected("a digit") }
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

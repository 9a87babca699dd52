// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// An error at `offset`, by default where the reader is. The path is found by scanning the document again: reading pays nothing for it.
    @inline(never)
    public func error(_ code: JSONError.Code, _ message: String, at offset: Int? = nil) -> JSONError {
        let offset = offset ?? self.offset
        let path = JSONPathFinder.path(to: offset, in: UnsafeBufferPointer(start: start, count: end - start))
        return JSONError(code: code, message: message, path: path, offset: offset)
    }

    /// The error for a value of another type than `expected`, or for something that is no value at all.
    @inline(never)
    mutating func mismatch(_ expected: JSONKind) -> JSONError {
        let found: JSONKind
        do { found = try peek() } catch { return error }
        return error(.typeMismatch, "expected \(expected.article), found \(found.article)")
    }

    @inline(never)
    func unexpected(_ expected: String) -> JSONError {
        error(.syntax, "expected \(expected), found \(found)")
    }

    private var found: String {
        guard cursor < end else { return "the end of the document" }
        let byte = cursor.pointee
        return byte > 0x20 && byte < 0x7F
            ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16, uppercase: true)
    }
}

extension JSONKind {
    var article: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The parameters behind the `?` of a request, decoded.
struct QueryParameters: Sendable {
    private var values: [String: [String]] = [:]

    init(_ text: Substring) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decoded(parts[0], plusIsSpace: true) else { continue }
            let value = parts.count > 1 ? PercentEncoding.decoded(parts[1], plusIsSpace: true) ?? "" : ""
            values[name, default: []].append(value)
        }
    }

    /// The first value of a parameter; nil when it is not there.
    subscript(name: String) -> String? { values[name]?.first }

    /// All values of a parameter.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The first value; nil when absent or empty.
    func nonEmpty(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Go's `strconv.ParseBool`, where a parameter that is there without a value, or with another text, counts as true.
    func bool(_ name: String) -> Bool? {
        guard let text = self[name] else { return nil }
        return !["false", "0", "f", "F", "FALSE", "False"].contains(text)
    }

    /// An integer.
    ///
    /// - Throws: The answer of a real server to a text that is not one.
    func integer(_ name: String) throws(StatusError) -> Int? {
        guard let text = nonEmpty(name) else { return nil }
        guard let value = Int(text) else {
            throw .badRequest("strconv.ParseInt: parsing \(GoText.quoted(text)): invalid syntax")
        }
        return value
    }
}

/// Percent encoding of paths and queries.
enum PercentEncoding {
    /// Nil when an escape is broken or the result is not UTF-8.
    static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2, let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16) else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

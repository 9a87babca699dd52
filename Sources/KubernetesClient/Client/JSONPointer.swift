// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A place in a JSON document (RFC 6901), for example `/metadata/labels/app`.
///
/// A literal is taken as it is written; names from elsewhere go through ``appending(_:)``, which escapes them.
public struct JSONPointer: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The pointer as RFC 6901 writes it: empty for the whole document, else with a leading slash.
    public let text: String

    /// A pointer from its written form.
    public init(stringLiteral value: String) { text = value }

    /// A pointer that goes through these names.
    public init(_ names: [String]) {
        text = names.map { "/" + Self.escaped($0) }.joined()
    }

    /// The place `name` below this one; `name` may hold any character.
    public func appending(_ name: String) -> JSONPointer { JSONPointer(text: text + "/" + Self.escaped(name)) }

    public var description: String { text }

    private init(text: String) { self.text = text }

    private static func escaped(_ name: String) -> String {
        var result = ""
        for character in name.unicodeScalars {
            switch character {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
import Yams

/// YAML as JSON values: what Kubernetes' tools take for input is JSON in the clothes of YAML.
package enum YAML {
    /// Why a text is not usable YAML.
    package struct ParseError: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// The documents of a text, empty ones left out.
    package static func documents(_ text: String) throws(ParseError) -> [JSONValue] {
        guard let aliases = YAMLAliases(for: text) else {
            throw ParseError(description: "the text has too many characters of private use")
        }
        let hidden = aliases.hidden(in: text)
        if let line = YAMLKeys.lineOfCollection(in: hidden) {
            throw ParseError(description: "line \(line): a key is a list or a map; only text can be a key")
        }
        var reader = YAMLNodeReader(aliases: aliases)
        do {
            var documents: [JSONValue] = []
            var nodes = try compose_all(yaml: hidden)
            while let node = nodes.next() {
                let value = try reader.document(node)
                if !value.isNull { documents.append(value) }
            }
            // The sequence ends at an error and keeps it.
            if let error = nodes.error { throw error }
            return documents
        } catch let error as ParseError {
            throw error
        } catch let error as YamlError {
            throw ParseError(description: aliases.restored(words(for: error)))
        } catch {
            throw ParseError(description: aliases.restored("\(error)".escapingControlCharacters))
        }
    }

    /// The value as a YAML document, in block style, members in their order.
    package static func text(of value: JSONValue) throws(ParseError) -> String {
        do {
            return try serialize(node: node(of: value), width: -1, allowUnicode: true)
        } catch {
            throw ParseError(description: "\(error)".escapingControlCharacters)
        }
    }

    private static func node(of value: JSONValue) -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .bool(let value): Node(value ? "true" : "false", Tag(.bool))
        case .number(let number): Node(number.text, Tag(number.isInteger ? .int : .float))
        case .string(let text): .scalar(text.represented())
        case .array(let elements): Node(elements.map { node(of: $0) })
        case .object(let members): Node(members.map { (.scalar($0.key.represented()), node(of: $0.value)) })
        }
    }

    /// The line and the problem. What the text holds there is left out: it may be a secret.
    private static func words(for error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            "line \(mark.line): \(problem)".escapingControlCharacters
        case .reader(let problem, let offset, _, let text):
            "line \(text.prefix(offset ?? 0).count { $0.isNewline } + 1): \(problem)".escapingControlCharacters
        case .duplicatedKeysInMapping(let keys, let context):
            "line \(context.mark.line): a key is there twice: \(keys.joined(separator: ", "))".escapingControlCharacters
        default:
            "\(error)".escapingControlCharacters
        }
    }
}

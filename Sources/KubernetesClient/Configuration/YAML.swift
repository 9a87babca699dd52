// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
import Yams

/// YAML as JSON values: what Kubernetes' tools take for input is JSON in the clothes of YAML.
package enum YAML {
    /// Why a text is not usable YAML.
    package struct ParseError: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// The most values of one document; a document of aliases of aliases is as large as what it stands for.
    static let valueLimit = 1_000_000

    /// The documents of a text, empty ones left out.
    package static func documents(_ text: String) throws(ParseError) -> [JSONValue] {
        do {
            var documents: [JSONValue] = []
            var nodes = try compose_all(yaml: text)
            while let node = nodes.next() {
                var budget = valueLimit
                let value = try value(of: node, budget: &budget)
                if !value.isNull { documents.append(value) }
            }
            // The sequence ends at an error and keeps it.
            if let error = nodes.error { throw error }
            return documents
        } catch let error as ParseError {
            throw error
        } catch let error as YamlError {
            throw ParseError(description: words(for: error))
        } catch {
            throw ParseError(description: "\(error)".escapingControlCharacters)
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

    private static func value(of node: Node, budget: inout Int) throws(ParseError) -> JSONValue {
        budget -= 1
        if budget < 0 { throw ParseError(description: "the document has more than \(valueLimit) values") }
        switch node {
        case .scalar(let scalar):
            return value(of: scalar)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(of: element, budget: &budget)) }
            return .array(elements)
        case .mapping(let mapping):
            var object = JSONObject()
            for (key, member) in mapping {
                guard case .scalar(let name) = key else {
                    throw ParseError(description: "line \(key.mark?.line ?? 0): only plain names can be keys")
                }
                object[name.string] = try value(of: member, budget: &budget)
            }
            return .object(object)
        case .alias:
            throw ParseError(description: "an alias stands for nothing")
        }
    }

    /// A scalar by the rules that Kubernetes' own reader has: YAML 1.1's words for true and false, numbers as JSON writes them.
    private static func value(of scalar: Node.Scalar) -> JSONValue {
        let node = Node.scalar(scalar)
        switch Tag.Name(rawValue: node.tag.description) {
        case .null: return .null
        case .bool: return node.bool.map(JSONValue.bool) ?? .string(scalar.string)
        case .int:
            if let value = Int64.construct(from: scalar) { return .int(value) }
            return number(scalar.string)
        case .float:
            return number(scalar.string)
        default: return .string(scalar.string)
        }
    }

    private static func number(_ text: String) -> JSONValue {
        if let value = try? JSONValue(parsing: text), case .number = value { return value }
        // YAML has forms that JSON has not (.5, 1_000.0, .inf): a double if there is one, else text.
        return Double(text).flatMap(JSONNumber.init).map(JSONValue.number) ?? .string(text)
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

    private static func words(for error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            "line \(mark.line): \(problem)".escapingControlCharacters
        default:
            "\(error)".escapingControlCharacters
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Yams

/// Makes JSON values of Yams' nodes, and puts what aliases stand for in their places, within limits.
struct YAMLNodeReader {
    /// The most values of a text, each alias counted as what it stands for.
    static let valueLimit = 1_000_000
    /// How deep values may be nested, aliases included: as deep as JSON may be.
    static let depthLimit = JSONReader.defaultDepthLimit

    /// What an alias can stand for.
    private struct Anchored {
        let value: JSONValue
        /// The number of values in it, itself included.
        let size: Int
        /// The levels that it has: 0 for a scalar.
        let depth: Int
    }

    private let aliases: YAMLAliases
    private var anchors: [String: Anchored] = [:]
    private var budget = valueLimit

    init(aliases: YAMLAliases) { self.aliases = aliases }

    /// The value of the next document of the text.
    mutating func document(_ root: Node) throws(YAML.ParseError) -> JSONValue {
        anchors = [:]
        return try read(root, level: 0).value
    }

    private mutating func read(_ node: Node, level: Int) throws(YAML.ParseError) -> Anchored {
        let result: Anchored
        switch node {
        case .scalar(let scalar):
            if let anchored = try alias(scalar) {
                try spend(anchored.size, level: level + anchored.depth, node)
                result = anchored
            } else {
                try spend(1, level: level, node)
                result = Anchored(value: value(of: scalar), size: 1, depth: 0)
            }
        case .sequence(let sequence):
            try spend(1, level: level + 1, node)
            var (elements, size, depth) = ([JSONValue](), 1, 0)
            for element in sequence {
                let read = try read(element, level: level + 1)
                elements.append(read.value)
                (size, depth) = (size + read.size, max(depth, read.depth))
            }
            result = Anchored(value: .array(elements), size: size, depth: depth + 1)
        case .mapping(let mapping):
            try spend(1, level: level + 1, node)
            var (object, size, depth) = (JSONObject(), 1, 0)
            for (key, member) in mapping {
                let name = try name(key)
                let read = try read(member, level: level + 1)
                object[name] = read.value
                (size, depth) = (size + read.size, max(depth, read.depth))
            }
            result = Anchored(value: .object(object), size: size, depth: depth + 1)
        case .alias(let alias):
            throw Self.error(node, "an alias of nothing: \(alias.anchor.rawValue)")
        }
        if let anchor = node.anchor { anchors[anchor.rawValue] = result }
        return result
    }

    private mutating func spend(_ values: Int, level: Int, _ node: Node) throws(YAML.ParseError) {
        budget -= values
        if budget < 0 { throw Self.error(node, "the text has more than \(Self.valueLimit) values") }
        if level > Self.depthLimit { throw Self.error(node, "values are nested more than \(Self.depthLimit) deep") }
    }

    /// What the scalar stands for, when it is an alias.
    private func alias(_ scalar: Node.Scalar) throws(YAML.ParseError) -> Anchored? {
        guard scalar.style == .plain, let name = aliases.name(in: scalar.string) else { return nil }
        guard let anchored = anchors[name] else { throw Self.error(.scalar(scalar), "an alias of nothing: \(name)") }
        return anchored
    }

    private mutating func name(_ key: Node) throws(YAML.ParseError) -> String {
        guard case .scalar(let scalar) = key else { throw Self.error(key, "only plain names can be keys") }
        guard let anchored = try alias(scalar) else {
            let name = aliases.restored(scalar.string)
            if let anchor = scalar.anchor { anchors[anchor.rawValue] = Anchored(value: value(of: scalar), size: 1, depth: 0) }
            return name
        }
        guard case .string(let name) = anchored.value else { throw Self.error(key, "only plain names can be keys") }
        return name
    }

    /// A scalar by the rules that Kubernetes' own reader has: YAML 1.1's words for true and false, numbers as JSON writes them.
    private func value(of scalar: Node.Scalar) -> JSONValue {
        let node = Node.scalar(scalar)
        switch Tag.Name(rawValue: node.tag.description) {
        case .null: return .null
        case .bool: return node.bool.map(JSONValue.bool) ?? text(scalar)
        case .int:
            // 12:30 is a number to the base of sixty in YAML 1.1, but not to Kubernetes' reader. (Yams traps when one is too large.)
            if scalar.string.contains(":") { return text(scalar) }
            return Int64.construct(from: scalar).map(JSONValue.int) ?? number(scalar)
        case .float: return number(scalar)
        default: return text(scalar)
        }
    }

    private func text(_ scalar: Node.Scalar) -> JSONValue { .string(aliases.restored(scalar.string)) }

    private func number(_ scalar: Node.Scalar) -> JSONValue {
        if let value = try? JSONValue(parsing: scalar.string), case .number = value { return value }
        // YAML has forms that JSON has not (.5, 08): a double if there is one, else text.
        return Double(scalar.string).flatMap(JSONNumber.init).map(JSONValue.number) ?? text(scalar)
    }

    private static func error(_ node: Node, _ problem: String) -> YAML.ParseError {
        YAML.ParseError(description: "line \(node.mark?.line ?? 0): \(problem)".escapingControlCharacters)
    }
}

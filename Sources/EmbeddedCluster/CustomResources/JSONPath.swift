// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The part of kubectl's JSONPath that printer columns use: members, list elements, slices, wildcards, recursion and filters that compare one
/// member, as in `.status.conditions[?(@.type=="Ready")].status`.
struct JSONPath: Sendable {
    private enum Step: Sendable {
        case member(String)
        case index(Int)
        case slice(from: Int?, to: Int?)
        case wildcard
        case everywhere
        case filter(Filter)
    }

    private struct Filter: Sendable {
        let path: JSONPath
        /// Nil: the member must exist.
        let comparison: (operation: String, value: JSONValue)?

        func accepts(_ element: JSONValue) -> Bool {
            guard let found = path.values(in: element).first else { return false }
            guard let (operation, value) = comparison else { return true }
            switch operation {
            case "==": return found == value
            case "!=": return found != value
            default: break
            }
            if let left = found.double, let right = value.double { return Self.compares(left, right, operation) }
            if let left = found.string, let right = value.string { return Self.compares(left, right, operation) }
            return false
        }

        private static func compares<T: Comparable>(_ left: T, _ right: T, _ operation: String) -> Bool {
            switch operation {
            case "<": left < right
            case "<=": left <= right
            case ">": left > right
            case ">=": left >= right
            default: false
            }
        }
    }

    private var steps: [Step] = []

    /// Nil when the text is not such a path.
    init?(_ text: String) {
        var parser = Parser(text: Array(text))
        guard let steps = parser.steps() else { return nil }
        self.steps = steps
    }

    /// What the path finds, in order.
    func values(in object: JSONValue) -> [JSONValue] {
        var current = [object]
        for step in steps {
            current = current.flatMap { Self.apply(step, to: $0) }
            if current.isEmpty { return [] }
        }
        return current
    }

    private static func apply(_ step: Step, to value: JSONValue) -> [JSONValue] {
        switch step {
        case .member(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
            guard let elements = value.array else { return [] }
            return elements.indices.contains(index < 0 ? index + elements.count : index)
                ? [elements[index < 0 ? index + elements.count : index]] : []
        case .slice(let from, let to):
            guard let elements = value.array else { return [] }
            let bounds = [from ?? 0, to ?? elements.count].map { min(max($0 < 0 ? $0 + elements.count : $0, 0), elements.count) }
            return bounds[0] < bounds[1] ? Array(elements[bounds[0]..<bounds[1]]) : []
        case .wildcard: return value.array ?? value.object?.values ?? []
        case .everywhere: return [value] + (value.array ?? value.object?.values ?? []).flatMap { apply(.everywhere, to: $0) }
        case .filter(let filter): return (value.array ?? value.object?.values ?? []).filter(filter.accepts)
        }
    }

    // MARK: Reading

    private struct Parser {
        let text: [Character]
        var index = 0

        mutating func steps() -> [Step]? {
            var steps: [Step] = []
            while let next = peek {
                index += 1
                switch next {
                case ".":
                    if peek == "." {
                        index += 1
                        steps.append(.everywhere)
                    }
                    if peek == "[" { continue }
                    let name = name()
                    if name == "*" { steps.append(.wildcard) } else if !name.isEmpty { steps.append(.member(name)) }
                case "[":
                    guard let inside = bracket(), let step = Self.step(inside) else { return nil }
                    steps.append(step)
                default: return nil
                }
            }
            return steps
        }

        private var peek: Character? { index < text.count ? text[index] : nil }

        /// A name up to the next `.` or `[`; a backslash takes the character after it literally.
        private mutating func name() -> String {
            var name = ""
            while let next = peek, next != ".", next != "[" {
                index += 1
                if next == "\\", let escaped = peek {
                    name.append(escaped)
                    index += 1
                } else {
                    name.append(next)
                }
            }
            return name
        }

        /// The text up to the matching `]`; quotes and nested brackets count.
        private mutating func bracket() -> String? {
            var inside = ""
            var quote: Character?
            var depth = 1
            while let next = peek {
                index += 1
                if let open = quote {
                    if next == open { quote = nil }
                } else if next == "'" || next == "\"" {
                    quote = next
                } else if next == "[" {
                    depth += 1
                } else if next == "]" {
                    depth -= 1
                    if depth == 0 { return inside }
                }
                inside.append(next)
            }
            return nil
        }

        private static func step(_ inside: String) -> Step? {
            if inside == "*" { return .wildcard }
            if let index = Int(inside) { return .index(index) }
            if let name = unquoted(inside) { return .member(name) }
            if inside.hasPrefix("?("), inside.hasSuffix(")") { return filter(inside.dropFirst(2).dropLast()).map(Step.filter) }
            let bounds = inside.split(separator: ":", omittingEmptySubsequences: false)
            guard bounds.count == 2, bounds.allSatisfy({ $0.isEmpty || Int($0) != nil }) else { return nil }
            return .slice(from: Int(bounds[0]), to: Int(bounds[1]))
        }

        private static func filter(_ text: Substring) -> Filter? {
            for operation in ["==", "!=", "<=", ">=", "<", ">"] {
                guard let range = range(of: operation, in: text) else { continue }
                let right = trimmed(text[range.upperBound...])
                guard let path = filterPath(text[..<range.lowerBound]), let value = literal(right) else { return nil }
                return Filter(path: path, comparison: (operation, value))
            }
            return filterPath(text).map { Filter(path: $0, comparison: nil) }
        }

        private static func filterPath(_ text: Substring) -> JSONPath? {
            let text = trimmed(text)
            return text.hasPrefix("@") ? JSONPath(String(text.dropFirst())) : nil
        }

        private static func literal(_ text: String) -> JSONValue? {
            if let string = unquoted(text) { return .string(string) }
            if text == "true" || text == "false" { return .bool(text == "true") }
            if let integer = Int64(text) { return .int(integer) }
            return Double(text).flatMap { JSONNumber($0) }.map(JSONValue.number)
        }

        private static func unquoted(_ text: String) -> String? {
            guard text.count >= 2, let first = text.first, first == "'" || first == "\"", text.last == first else { return nil }
            return String(text.dropFirst().dropLast())
        }

        private static func trimmed(_ text: Substring) -> String {
            String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }

        private static func range(of operation: String, in text: Substring) -> Range<Substring.Index>? {
            var index = text.startIndex
            while index < text.endIndex {
                if text[index...].hasPrefix(operation) { return index..<text.index(index, offsetBy: operation.count) }
                index = text.index(after: index)
            }
            return nil
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The pointers of scenario files: JSON pointers whose segments may be `[key=value]`, to select an element, or `*`.
struct JSONPlaces {
    private let segments: [String]

    init(_ pointer: String) {
        segments = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    /// The value at the pointer.
    func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for segment in segments {
            guard let next = Self.children(of: value, segment).first else { return nil }
            value = next.value
        }
        return value
    }

    /// Replaces every value that the pointer names.
    func replace(in document: inout JSONValue, with change: (JSONValue) -> JSONValue) {
        document = Self.replaced(document, segments[...], change)
    }

    private static func replaced(_ value: JSONValue, _ segments: ArraySlice<String>, _ change: (JSONValue) -> JSONValue)
        -> JSONValue
    {
        guard let segment = segments.first else { return change(value) }
        var value = value
        for child in children(of: value, segment) {
            let new = replaced(child.value, segments.dropFirst(), change)
            switch child.key {
            case .member(let name): value[name] = new
            case .element(let index):
                var elements = value.array ?? []
                elements[index] = new
                value = .array(elements)
            }
        }
        return value
    }

    private enum Key {
        case member(String)
        case element(Int)
    }

    private static func children(of value: JSONValue, _ segment: String) -> [(key: Key, value: JSONValue)] {
        switch value {
        case .object(let object):
            if segment == "*" { return object.map { (.member($0.key), $0.value) } }
            return object[segment].map { [(.member(segment), $0)] } ?? []
        case .array(let elements):
            let all = elements.enumerated().map { (key: Key.element($0.offset), value: $0.element) }
            if segment == "*" { return all }
            if segment.hasPrefix("["), segment.hasSuffix("]") {
                let parts = segment.dropFirst().dropLast().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { return [] }
                return all.filter { ($0.value[String(parts[0])].map { $0.string ?? $0.text }) == String(parts[1]) }
            }
            return Int(segment).flatMap { elements.indices.contains($0) ? [all[$0]] : nil } ?? []
        default: return []
        }
    }
}

/// Lists where two documents differ.
enum JSONDifference {
    static func list(_ expected: JSONValue, _ found: JSONValue, at path: String = "") -> [String] {
        switch (expected, found) {
        case (.object(let left), .object(let right)):
            return Set(left.keys + right.keys).sorted().flatMap { key -> [String] in
                let place = path + "/" + key
                switch (left[key], right[key]) {
                case (let left?, let right?): return list(left, right, at: place)
                case (let left?, nil): return ["\(place): expected \(brief(left)), found nothing"]
                case (nil, let right?): return ["\(place): expected nothing, found \(brief(right))"]
                case (nil, nil): return []
                }
            }
        case (.array(let left), .array(let right)):
            var differences = left.count == right.count ? [] : ["\(path): expected \(left.count) elements, found \(right.count)"]
            for (index, pair) in zip(left, right).enumerated() { differences += list(pair.0, pair.1, at: "\(path)/\(index)") }
            return differences
        default:
            return expected == found ? [] : ["\(path): expected \(brief(expected)), found \(brief(found))"]
        }
    }

    private static func brief(_ value: JSONValue) -> String { String(value.text.prefix(300)) }
}

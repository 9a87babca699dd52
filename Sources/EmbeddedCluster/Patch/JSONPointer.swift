// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// A path of a JSON patch: the containers on the way and the last step.
struct JSONPointer: Sendable {
    private let parents: ArraySlice<String>
    private let last: String

    /// Nil for a text without `/`, which names no member: the whole document cannot be patched.
    init?(_ text: String) {
        let steps = text.split(separator: "/", omittingEmptySubsequences: false).map(Self.unescaped)
        guard steps.count >= 2 else { return nil }
        parents = steps[1..<(steps.count - 1)]
        last = steps[steps.count - 1]
    }

    private static func unescaped(_ step: Substring) -> String {
        guard step.contains("~") else { return String(step) }
        var text = ""
        var isEscape = false
        for character in step {
            if isEscape {
                text += character == "1" ? "/" : character == "0" ? "~" : "~" + String(character)
                isEscape = false
            } else if character == "~" {
                isEscape = true
            } else {
                text.append(character)
            }
        }
        return isEscape ? text + "~" : text
    }

    /// The value; nil when the container exists but has no such member.
    func value(in document: JSONValue) throws(StatusError) -> JSONValue? {
        var container = document
        for step in parents {
            guard let next = try Self.member(step, of: container) else { throw .inapplicablePatch }
            container = next
        }
        return try Self.member(last, of: container)
    }

    /// What the last step is looked for in; nil when there is none.
    func container(in document: JSONValue) -> JSONValue? {
        var container = document
        for step in parents {
            do throws(StatusError) {
                guard let next = try Self.member(step, of: container) else { return Optional.none }
                container = next
            } catch {
                return Optional.none
            }
        }
        return container.array != nil || container.object != nil ? Optional.some(container) : Optional.none
    }

    func add(_ value: JSONValue, to document: inout JSONValue) throws(StatusError) {
        try edit(&document, parents) { (container) throws(StatusError) in
            switch container {
            case .object: container[last] = value
            case .array(var elements):
                let index = last == "-" ? elements.count : try Self.index(last, count: elements.count + 1)
                // Taken out first, so that the array is changed in place.
                container = .null
                elements.insert(value, at: index)
                container = .array(elements)
            default: throw .inapplicablePatch
            }
        }
    }

    func replace(with value: JSONValue, in document: inout JSONValue) throws(StatusError) {
        try edit(&document, parents) { (container) throws(StatusError) in
            switch container {
            case .object: container[last] = value
            case .array(var elements):
                let index = try Self.index(last, count: elements.count)
                container = .null
                elements[index] = value
                container = .array(elements)
            default: throw .inapplicablePatch
            }
        }
    }

    func remove(from document: inout JSONValue) throws(StatusError) {
        try edit(&document, parents) { (container) throws(StatusError) in
            switch container {
            case .object(let object):
                guard object[last] != nil else { throw .inapplicablePatch }
                container[last] = nil
            case .array(var elements):
                let index = try Self.index(last, count: elements.count)
                container = .null
                elements.remove(at: index)
                container = .array(elements)
            default: throw .inapplicablePatch
            }
        }
    }

    /// Runs `change` on the container at the end of `steps`.
    private func edit(
        _ value: inout JSONValue,
        _ steps: ArraySlice<String>,
        _ change: (inout JSONValue) throws(StatusError) -> Void
    ) throws(StatusError) {
        guard let step = steps.first else { return try change(&value) }
        guard var child = try Self.member(step, of: value) else { throw .inapplicablePatch }
        try edit(&child, steps.dropFirst(), change)
        switch value {
        case .object: value[step] = child
        case .array(var elements):
            elements[try Self.index(step, count: elements.count)] = child
            value = .array(elements)
        default: throw .inapplicablePatch
        }
    }

    private static func member(_ step: String, of container: JSONValue) throws(StatusError) -> JSONValue? {
        switch container {
        case .object(let object): return object[step]
        case .array(let elements): return elements[try index(step, count: elements.count)]
        default: throw .inapplicablePatch
        }
    }

    private static func index(_ step: String, count: Int) throws(StatusError) -> Int {
        guard let index = Int(step), index < count, index >= -count else { throw .inapplicablePatch }
        return index < 0 ? index + count : index
    }
}

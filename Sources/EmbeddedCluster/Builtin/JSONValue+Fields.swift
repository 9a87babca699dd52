// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Reading and changing the fields of decoded objects, where what is absent is Go's zero value.
extension JSONValue {
    /// The string field, empty when absent.
    func text(_ key: String) -> String { self[key]?.string ?? "" }

    /// The list field, empty when absent.
    func elements(_ key: String) -> [JSONValue] { self[key]?.array ?? [] }

    /// The members of an object field in alphabetical order, in which maps are validated here (Go's order is random).
    func sortedMembers(_ key: String) -> [(key: String, value: JSONValue)] {
        self[key]?.object?.sorted { $0.key < $1.key } ?? []
    }

    /// The map of strings in a field, empty when absent.
    func strings(_ key: String) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in self[key]?.object ?? JSONObject() { result[key] = value.string ?? "" }
        return result
    }

    func bool(_ key: String) -> Bool { self[key]?.bool ?? false }

    /// The integer field, nil when absent.
    func integer(_ key: String) -> Int64? { self[key]?.int }

    /// The time in a field; nil when absent.
    func time(_ key: String) -> Time? { self[key]?.string.flatMap { Time($0) } }

    /// The field at a path of names; nil when any is absent.
    func at(_ path: String...) -> JSONValue? {
        var value = self
        for name in path {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }

    /// Sets a field that is absent.
    mutating func setDefault(_ key: String, _ value: JSONValue) {
        if self[key] == nil { self[key] = value }
    }

    /// Changes every element of a list field.
    mutating func forEachElement(_ key: String, _ change: (inout JSONValue) -> Void) {
        guard var elements = self[key]?.array else { return }
        for index in elements.indices { change(&elements[index]) }
        self[key] = .array(elements)
    }

    /// Changes a field that is there.
    mutating func ifPresent(_ key: String, _ change: (inout JSONValue) -> Void) {
        guard var value = self[key] else { return }
        change(&value)
        self[key] = value
    }

    /// Changes a struct field, which is made when it is absent.
    mutating func change(_ key: String, _ change: (inout JSONValue) -> Void) {
        var value = self[key] ?? .object([:])
        change(&value)
        self[key] = value
    }
}

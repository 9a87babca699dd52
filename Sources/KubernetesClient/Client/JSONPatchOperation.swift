// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// One operation of a JSON patch (RFC 6902).
public enum JSONPatchOperation: Sendable, Hashable {
    /// Adds a member, or an element before the index (`-` for the end).
    case add(path: JSONPointer, value: JSONValue)
    /// Removes what is there; fails when nothing is.
    case remove(path: JSONPointer)
    /// Replaces what is there; fails when nothing is.
    case replace(path: JSONPointer, value: JSONValue)
    /// Fails the whole patch unless the value is there: what makes a patch conditional.
    case test(path: JSONPointer, value: JSONValue)
    /// Moves what is there.
    case move(from: JSONPointer, path: JSONPointer)
    /// Copies what is there.
    case copy(from: JSONPointer, path: JSONPointer)

    /// The operation as it is sent.
    package var document: JSONValue {
        switch self {
        case .add(let path, let value): ["op": "add", "path": .string(path.text), "value": value]
        case .remove(let path): ["op": "remove", "path": .string(path.text)]
        case .replace(let path, let value): ["op": "replace", "path": .string(path.text), "value": value]
        case .test(let path, let value): ["op": "test", "path": .string(path.text), "value": value]
        case .move(let from, let path): ["op": "move", "from": .string(from.text), "path": .string(path.text)]
        case .copy(let from, let path): ["op": "copy", "from": .string(from.text), "path": .string(path.text)]
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON

/// The JSON patch between two states of an object.
enum JSONDifference {
    /// What has to be done to `original` so that it changes as `before` changed into `after`.
    ///
    /// `before` is what a type read from `original` and wrote again, so the two may differ in members that are null or that the type always
    /// writes. Only what differs between `before` and `after` is patched, and every operation is valid on `original`.
    static func operations(from before: JSONValue, to after: JSONValue, on original: JSONValue) -> [JSONPatchOperation] {
        var operations: [JSONPatchOperation] = []
        compare(before, after, original, at: JSONPointer([]), into: &operations)
        return operations
    }

    private static func compare(
        _ before: JSONValue,
        _ after: JSONValue,
        _ original: JSONValue,
        at path: JSONPointer,
        into operations: inout [JSONPatchOperation]
    ) {
        if before == after { return }
        switch (before, after, original) {
        case (.object(let before), .object(let after), .object(let original)):
            for (key, _) in before where after[key] == nil && original[key] != nil {
                operations.append(.remove(path: path.appending(key)))
            }
            for (key, value) in after {
                if let old = before[key], let there = original[key] {
                    compare(old, value, there, at: path.appending(key), into: &operations)
                } else if before[key] != value {
                    // Also replaces what is there, such as a null.
                    operations.append(.add(path: path.appending(key), value: value))
                }
            }
        case (.array(let before), .array(let after), .array(let original)) where before.count == original.count:
            for index in 0..<min(before.count, after.count) {
                compare(before[index], after[index], original[index], at: path.appending(String(index)), into: &operations)
            }
            for index in (after.count..<max(after.count, before.count)).reversed() {
                operations.append(.remove(path: path.appending(String(index))))
            }
            for value in after.dropFirst(before.count) { operations.append(.add(path: path.appending("-"), value: value)) }
        default: operations.append(.replace(path: path, value: after))
        }
    }
}

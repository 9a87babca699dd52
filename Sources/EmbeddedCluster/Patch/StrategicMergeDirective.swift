// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension StrategicMergePatch {
    /// Members of a patch that say how to merge.
    enum Directive {
        static let patch = "$patch"
        static let retainKeys = "$retainKeys"
        static let setElementOrder = "$setElementOrder/"
        static let deleteFromPrimitiveList = "$deleteFromPrimitiveList/"

        /// The list that a directive such as `$setElementOrder/containers` is about; nil when `key` is no such directive.
        static func target(of key: String, prefix: String) -> String? {
            key.hasPrefix(prefix) ? String(key.dropFirst(prefix.count)) : nil
        }

        static func isListDirective(_ key: String) -> Bool {
            key.hasPrefix(setElementOrder) || key.hasPrefix(deleteFromPrimitiveList)
        }

        /// A value that is taken over whole: without nulls and directives.
        static func cleaned(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let object):
                var result = JSONObject()
                for (key, value) in object where !value.isNull && key != patch && !isListDirective(key) {
                    result[key] = cleaned(value)
                }
                return .object(result)
            case .array(let elements):
                return .array(
                    elements.compactMap { element in
                        // An element that would delete one has nothing to delete.
                        element[patch] == "delete" || (element[patch] != nil && element.object?.count == 1)
                            ? nil : cleaned(element)
                    }
                )
            default: return value
            }
        }

        static func unknown(_ directive: JSONValue, in patch: JSONObject) -> StatusError {
            var patch = patch
            patch[Self.patch] = directive
            return failure("unknown patch type: \(GoValue.text(directive)) in map: \(GoValue.text(.object(patch)))")
        }

        /// An error that has no status of its own.
        static func failure(_ message: String) -> StatusError { StatusError(code: 500, reason: "", message: message) }
    }
}

/// Values as Go's `%v` prints them: `map[a:1 b:[x y]]`.
enum GoValue {
    static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: "<nil>"
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number): number.text
        case .string(let text): text
        case .array(let elements): "[" + elements.map(text).joined(separator: " ") + "]"
        case .object(let object):
            "map[" + object.sorted { $0.key < $1.key }.map { $0.key + ":" + text($0.value) }.joined(separator: " ") + "]"
        }
    }
}

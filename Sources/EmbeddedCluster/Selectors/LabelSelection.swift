// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A parsed `labelSelector` parameter: requirements that must all hold.
package struct LabelSelection: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        package enum Condition: Sendable, Hashable {
            case exists, doesNotExist
            case isIn(Set<String>)
            case isNotIn(Set<String>)
            case greaterThan(Int64)
            case lessThan(Int64)
        }

        package var key: String
        package var condition: Condition

        func matches(_ labels: [String: String]) -> Bool {
            let value = labels[key]
            switch condition {
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            case .isIn(let values): return value.map(values.contains) ?? false
            case .isNotIn(let values): return value.map { !values.contains($0) } ?? true
            case .greaterThan(let bound): return value.flatMap(Int64.init).map { $0 > bound } ?? false
            case .lessThan(let bound): return value.flatMap(Int64.init).map { $0 < bound } ?? false
            }
        }
    }

    package var requirements: [Requirement]

    package var isEmpty: Bool { requirements.isEmpty }

    package init(requirements: [Requirement] = []) { self.requirements = requirements }

    /// Parses the parameter; errors have the words of `k8s.io/apimachinery/pkg/labels`.
    package init(_ text: String) throws(StatusError) {
        var parser = LabelSelectionParser(text)
        requirements = try parser.parse()
    }

    package func matches(_ labels: [String: String]) -> Bool { requirements.allSatisfy { $0.matches(labels) } }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension LabelSelector {
    /// Whether an object with these labels is selected: every label of `matchLabels` is there, every expression holds. An empty selector
    /// selects everything. A requirement with an unknown operator holds for nothing.
    public func matches(_ labels: [String: String]) -> Bool {
        (matchLabels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
            && (matchExpressions ?? []).allSatisfy { $0.matches(labels) }
    }
}

extension LabelSelectorRequirement {
    /// Whether the requirement holds for an object with these labels. As in Kubernetes, `NotIn` holds where the label is missing.
    public func matches(_ labels: [String: String]) -> Bool {
        let values = values ?? []
        return switch `operator` {
        case "In": labels[key].map(values.contains) ?? false
        case "NotIn": labels[key].map { !values.contains($0) } ?? true
        case "Exists": labels[key] != nil
        case "DoesNotExist": labels[key] == nil
        default: false
        }
    }
}

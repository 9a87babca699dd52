// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension LabelSelector {
    /// Objects for which all of these hold: `LabelSelector(.equals("app", "web"), .exists("team"))`.
    public init(_ first: LabelSelectorRequirement, _ others: LabelSelectorRequirement...) {
        self.init(requirements: [first] + others)
    }

    /// Objects for which all of these hold. None select everything.
    public init(requirements: [LabelSelectorRequirement]) {
        self.init(matchExpressions: requirements.isEmpty ? nil : requirements)
    }

    /// Whether every object is selected, whatever its labels.
    public var isEmpty: Bool { (matchLabels ?? [:]).isEmpty && (matchExpressions ?? []).isEmpty }

    /// What must hold: `matchLabels` in the order of their keys, then `matchExpressions`.
    public var requirements: [LabelSelectorRequirement] {
        (matchLabels ?? [:]).sorted { $0.key < $1.key }.map { .equals($0.key, $0.value) } + (matchExpressions ?? [])
    }

    /// Objects that both selectors select.
    public func and(_ other: LabelSelector) -> LabelSelector {
        LabelSelector(requirements: requirements + other.requirements)
    }
}

extension LabelSelectorRequirement {
    /// The label is there and has this value.
    public static func equals(_ key: String, _ value: String) -> Self { Self(key: key, operator: "In", values: [value]) }

    /// The label has another value or is missing.
    public static func notEquals(_ key: String, _ value: String) -> Self { Self(key: key, operator: "NotIn", values: [value]) }

    /// The label is there and has one of these values.
    public static func `in`(_ key: String, _ values: [String]) -> Self { Self(key: key, operator: "In", values: values) }

    /// The label has none of these values or is missing.
    public static func notIn(_ key: String, _ values: [String]) -> Self { Self(key: key, operator: "NotIn", values: values) }

    /// The label is there.
    public static func exists(_ key: String) -> Self { Self(key: key, operator: "Exists") }

    /// The label is missing.
    public static func doesNotExist(_ key: String) -> Self { Self(key: key, operator: "DoesNotExist") }
}

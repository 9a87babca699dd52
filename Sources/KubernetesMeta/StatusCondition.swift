// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What an object's status says about one aspect of it: ``Condition``, and the kinds' own types such as `PodCondition` and `JobCondition`.
public protocol StatusCondition {
    /// The aspect, in CamelCase: `Ready`.
    var type: String { get }
    /// `True`, `False` or `Unknown`.
    var status: String { get }
}

/// The values of a condition's `status`.
public enum ConditionStatus: String, Sendable, Hashable, CaseIterable {
    case `true` = "True"
    case `false` = "False"
    case unknown = "Unknown"
}

extension StatusCondition {
    /// Whether the status is `True`.
    public var isTrue: Bool { status == ConditionStatus.true.rawValue }
    /// Whether the status is `False`. A condition whose status is `Unknown` is neither true nor false.
    public var isFalse: Bool { status == ConditionStatus.false.rawValue }
}

extension Collection where Element: StatusCondition {
    /// The condition of a type; nil when there is none.
    public func condition(_ type: String) -> Element? { first { $0.type == type } }

    /// Whether there is a condition of this type and it is true.
    public func isTrue(_ type: String) -> Bool { condition(type)?.isTrue ?? false }

    /// Whether there is a condition of this type and it is false.
    public func isFalse(_ type: String) -> Bool { condition(type)?.isFalse ?? false }
}

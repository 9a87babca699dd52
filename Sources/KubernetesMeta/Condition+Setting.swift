// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

extension Condition {
    /// A condition with a typed status.
    ///
    /// - Parameters:
    ///   - reason: One word in CamelCase for programs; an API server wants at least one letter.
    ///   - observedGeneration: The `metadata.generation` that the condition is about.
    public init(_ type: String, _ status: ConditionStatus, reason: String, message: String = "", observedGeneration: Int64? = nil)
    {
        self.init(
            message: message,
            reason: reason,
            status: status.rawValue,
            type: type,
            observedGeneration: observedGeneration
        )
    }
}

extension Array<Condition> {
    /// Puts `condition` in the place of the one of its type, or at the end.
    ///
    /// `lastTransitionTime` follows the rule of Kubernetes' `meta.SetStatusCondition`: it moves only when the status changes, to the time that
    /// `condition` has, or to `now` when it has none. Members of the old condition that this version of the type does not know stay.
    ///
    /// - Returns: Whether anything changed; if not, there is nothing to write.
    @discardableResult
    public mutating func set(_ condition: Condition, now: Time) -> Bool {
        guard let index = firstIndex(where: { $0.type == condition.type }) else {
            var new = condition
            new.lastTransitionTime = condition.lastTransitionTime ?? now
            append(new)
            return true
        }
        let old = self[index]
        var new = condition
        new.lastTransitionTime =
            old.status == condition.status ? old.lastTransitionTime ?? now : condition.lastTransitionTime ?? now
        if new.unknownFields.isEmpty { new.unknownFields = old.unknownFields }
        self[index] = new
        return new != old
    }

    /// Removes the condition of a type.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public mutating func remove(_ type: String) -> Bool {
        let before = count
        removeAll { $0.type == type }
        return count != before
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Conditions")
struct ConditionTests {
    /// `#expect` cannot change what it looks at.
    private static func set(_ condition: Condition, now: Time, in conditions: inout [Condition]) -> Bool {
        conditions.set(condition, now: now)
    }

    @Test("the transition time moves only when the status changes, and a change is told")
    func setting() {
        var conditions: [Condition] = []
        #expect(Self.set(Condition("Ready", .false, reason: "Starting"), now: Time(seconds: 1), in: &conditions))
        #expect(conditions.condition("Ready")?.lastTransitionTime == Time(seconds: 1))
        #expect(!Self.set(Condition("Ready", .false, reason: "Starting"), now: Time(seconds: 2), in: &conditions))
        #expect(Self.set(Condition("Ready", .false, reason: "Pulling", message: "image"), now: Time(seconds: 3), in: &conditions))
        #expect(conditions.condition("Ready")?.lastTransitionTime == Time(seconds: 1))
        #expect(conditions.condition("Ready")?.reason == "Pulling")
        #expect(
            Self.set(Condition("Ready", .true, reason: "Running", observedGeneration: 2), now: Time(seconds: 4), in: &conditions)
        )
        #expect(conditions.condition("Ready")?.lastTransitionTime == Time(seconds: 4))
        #expect(conditions.condition("Ready")?.observedGeneration == 2)
        #expect(conditions.count == 1)
    }

    @Test("a time of the condition's own wins over now, but not over an unchanged status")
    func ownTime() {
        var conditions: [Condition] = []
        var condition = Condition("Ready", .true, reason: "R")
        condition.lastTransitionTime = Time(seconds: 7)
        conditions.set(condition, now: Time(seconds: 9))
        #expect(conditions[0].lastTransitionTime == Time(seconds: 7))
        condition.lastTransitionTime = Time(seconds: 8)
        #expect(!Self.set(condition, now: Time(seconds: 9), in: &conditions))
        #expect(conditions[0].lastTransitionTime == Time(seconds: 7))
    }

    @Test("setting keeps order, neighbours and members that are not known")
    func neighbours() throws {
        var conditions = try JSONValue(
            parsing:
                #"[{"type":"A","status":"True","reason":"R","message":"","later":1},{"type":"B","status":"Unknown","reason":"R","message":""}]"#
        ).decoded(as: [Condition].self)
        #expect(Self.set(Condition("A", .false, reason: "S"), now: Time(seconds: 1), in: &conditions))
        #expect(conditions.map(\.type) == ["A", "B"])
        #expect(conditions[0].unknownFields.members == ["later": 1])
    }

    @Test("conditions are found, asked and removed by type")
    func finding() {
        var conditions = [
            Condition("A", .true, reason: "R"), Condition("B", .false, reason: "R"), Condition("C", .unknown, reason: "R"),
        ]
        #expect(conditions.isTrue("A") && !conditions.isFalse("A"))
        #expect(!conditions.isTrue("B") && conditions.isFalse("B"))
        #expect(!conditions.isTrue("C") && !conditions.isFalse("C"))
        #expect(!conditions.isTrue("D") && !conditions.isFalse("D") && conditions.condition("D") == nil)
        let removed = [conditions.remove("B"), conditions.remove("B")]
        #expect(removed == [true, false])
        #expect(conditions.map(\.type) == ["A", "C"])
    }
}

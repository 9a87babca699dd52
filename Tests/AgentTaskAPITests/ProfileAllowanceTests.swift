// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta
import Testing

@testable import AgentTaskAPI

@Suite("What a profile allows a task")
struct ProfileAllowanceTests {
    private typealias Change = @Sendable (inout AgentTaskSpec) -> Void

    private static func problems(
        _ profile: RuntimeProfileSpec,
        _ change: (inout AgentTaskSpec) -> Void,
        allowsAnySecret: Bool = false
    ) -> [String] {
        var task = AgentTask(
            metadata: ObjectMeta(name: "t", namespace: "team"),
            spec: AgentTaskSpec(runtimeProfile: "p", code: TaskCode(source: "print(1)"))
        )
        change(&task.spec)
        return profile.problems(of: task, profile: "p", allowsAnySecret: allowsAnySecret)
            .map { "\($0.reason.rawValue) \($0.problem)" }
    }

    private static let secret: Change = {
        $0.env = [
            TaskEnvironmentVariable(
                name: "TOKEN",
                valueFrom: TaskEnvironmentSource(secretKeyRef: SecretKeyReference(name: "db", key: "k"))
            )
        ]
    }

    @Test("of which only the image is known: CPU, memory, storage and time, and nothing else")
    func bare() {
        let bare = RuntimeProfileSpec(image: "i")
        let rows: [(Change, String?)] = [
            ({ _ in }, nil),
            ({ $0.timeoutSeconds = 86_400 }, nil),
            ({ $0.resources = ResourceRequirements(limits: ["cpu": Quantity(64), "memory": Quantity(1)]) }, nil),
            ({ $0.network = TaskNetwork(profile: "isolated") }, nil),
            ({ $0.network = TaskNetwork(profile: "") }, nil),
            (
                { $0.resources = ResourceRequirements(limits: ["nvidia.com/gpu": Quantity(1)]) },
                "ValidationFailed spec.resources.limits[nvidia.com/gpu]: 1 is more than the 0 that profile p allows: it names no maximum of nvidia.com/gpu"
            ),
            (
                { $0.resources = ResourceRequirements(requests: ["cpu": Quantity(-1)]) },
                "ValidationFailed spec.resources.requests[cpu]: -1 is less than 0"
            ),
            (
                { $0.network = TaskNetwork(profile: "mirror") },
                "ProfileForbidden spec.network.profile: profile p has no network set 'mirror'; it has isolated"
            ),
            (
                { $0.priorityClassName = "high" },
                "ProfileForbidden spec.priorityClassName: profile p does not allow the PriorityClass 'high'; it allows none"
            ),
            (Self.secret, "ProfileForbidden spec.env[TOKEN]: profile p does not allow the Secret 'db'; it allows none"),
        ]
        for (change, problem) in rows { #expect(Self.problems(bare, change) == [problem].compactMap { $0 }) }
        #expect(Self.problems(bare, Self.secret, allowsAnySecret: true).isEmpty)
    }

    @Test("that names maxima and names: up to them")
    func full() {
        let full = RuntimeProfileRuleTests.full.spec
        let rows: [(Change, String?)] = [
            ({ $0.timeoutSeconds = 600 }, nil),
            ({ $0.timeoutSeconds = 601 }, "ValidationFailed spec.timeoutSeconds: 601 is more than the 600 that profile p allows"),
            ({ $0.resources = ResourceRequirements(limits: ["cpu": Quantity(2)], requests: ["cpu": Quantity(2)]) }, nil),
            (
                { $0.resources = ResourceRequirements(limits: ["cpu": Quantity(milli: 2001)]) },
                "ValidationFailed spec.resources.limits[cpu]: 2001m is more than the 2 that profile p allows"
            ),
            (
                { $0.resources = ResourceRequirements(requests: ["cpu": Quantity(3)]) },
                "ValidationFailed spec.resources.requests[cpu]: 3 is more than the 2 that profile p allows"
            ),
            ({ $0.network = TaskNetwork(profile: "mirror") }, nil),
            (
                { $0.network = TaskNetwork(profile: "all") },
                "ProfileForbidden spec.network.profile: profile p has no network set 'all'; it has isolated, mirror"
            ),
            ({ $0.priorityClassName = "high" }, nil),
            (
                { $0.priorityClassName = "higher" },
                "ProfileForbidden spec.priorityClassName: profile p does not allow the PriorityClass 'higher'; it allows high"
            ),
            (Self.secret, "ProfileForbidden spec.env[TOKEN]: profile p does not allow the Secret 'db'; it allows token"),
            ({ $0.env = [TaskEnvironmentVariable(name: "A", value: "2")] }, nil),
        ]
        for (change, problem) in rows { #expect(Self.problems(full, change) == [problem].compactMap { $0 }) }
    }

    @Test("is a network set only by a name that it has")
    func networkSet() {
        var profile = RuntimeProfileRuleTests.full.spec
        func set(_ name: String?) -> String? {
            profile.networkSet(
                of: AgentTaskSpec(runtimeProfile: "p", code: TaskCode(), network: name.map { TaskNetwork(profile: $0) })
            )?.name
        }
        #expect(set(nil) == "mirror" && set("") == "mirror" && set("mirror") == "mirror")
        #expect(set("isolated") == nil && set("other") == nil)
        profile.network?.default = nil
        #expect(set(nil) == nil && set("mirror") == "mirror")
    }

    @Test("says how long a task runs that does not")
    func timeout() {
        let rows: [(ProfileTimeout?, Int32)] = [
            (nil, 300), (ProfileTimeout(default: 60), 60), (ProfileTimeout(max: 100), 100), (ProfileTimeout(max: 1000), 300),
            (ProfileTimeout(default: 500, max: 1000), 500),
        ]
        for (timeout, seconds) in rows {
            #expect(RuntimeProfileSpec(image: "i", timeoutSeconds: timeout).usualTimeoutSeconds == seconds)
        }
    }

    @Test("is for the namespaces that it selects, and for all when it selects none")
    func namespaces() {
        let open = RuntimeProfileSpec(image: "i")
        #expect(open.problem(ofNamespace: "team", labels: [:], profile: "p") == nil)
        let closed = RuntimeProfileRuleTests.full.spec
        #expect(closed.problem(ofNamespace: "team", labels: ["team": "a"], profile: "p") == nil)
        let problem = closed.problem(ofNamespace: "team", labels: ["team": "b"], profile: "p")
        #expect(problem?.reason == .profileForbidden)
        #expect(
            problem?.problem.description.hasPrefix("spec.runtimeProfile: profile p may not be used in namespace 'team'") == true
        )
    }
}

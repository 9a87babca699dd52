// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerTesting
import HTTPTypes
import KubernetesAdmissionRegistration
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("The webhook about profiles", .timeLimit(.minutes(1)))
struct ProfileWebhookTests {
    private static func review(_ tasks: TaskCluster) -> ProfileReview {
        let caches = TaskCaches(
            client: tasks.cluster.client,
            namespaces: nil,
            operatorNamespace: "default",
            namespacedProfiles: false,
            environment: tasks.cluster.environment
        )
        return ProfileReview(finder: ProfileFinder(client: tasks.cluster.client, caches: caches), allowsAnySecret: false)
    }

    private static func create(_ tasks: TaskCluster, _ change: (inout AgentTask) -> Void) async throws -> JSONValue {
        let review = TaskReviews.review("CREATE", JSONValue(encoding: TaskReviews.task(change)))
        return try await TaskReviews.answer(review, profiles: Self.review(tasks))
    }

    private static func change(_ tasks: TaskCluster, _ new: AgentTask, old: AgentTask) async throws -> JSONValue {
        let review = TaskReviews.review("UPDATE", JSONValue(encoding: new), old: JSONValue(encoding: old))
        return try await TaskReviews.answer(review, profiles: Self.review(tasks))
    }

    @Test("refuses a task for what its profile does not give, with field, value and limit")
    func refused() async throws {
        try await TaskCluster.run { tasks in
            try await tasks.profile {
                $0.timeoutSeconds = ProfileTimeout(max: 50)
                $0.resources = ProfileResources(max: ["cpu": Quantity(1)])
            }
            let response = try await Self.create(tasks) {
                $0.spec.runtimeProfile = "own"
                $0.spec.resources = ResourceRequirements(limits: ["cpu": Quantity(2)])
                $0.spec.network = TaskNetwork(profile: "web")
            }
            #expect(response["allowed"] == false)
            #expect(response["status"]?["code"] == 422)
            #expect(
                (response["status"]?["details"]?["causes"]?.array ?? []).map {
                    "\($0["field"]?.string ?? ""): \($0["message"]?.string ?? "")"
                } == [
                    "spec.timeoutSeconds: 60 is more than the 50 that profile own allows",
                    "spec.resources.limits[cpu]: 2 is more than the 1 that profile own allows",
                    "spec.network.profile: profile own has no network set 'web'; it has isolated",
                ]
            )
            let fitting = try await Self.create(tasks) {
                $0.spec.runtimeProfile = "own"
                $0.spec.timeoutSeconds = 50
            }
            #expect(fitting["allowed"] == true)
        }
    }

    @Test("refuses a task whose profile does not exist or does not want its namespace")
    func unusable() async throws {
        try await TaskCluster.run { tasks in
            try await tasks.profile { $0.allowedNamespaces = LabelSelector(matchLabels: ["tier": "gold"]) }
            let closed = try await Self.create(tasks) { $0.spec.runtimeProfile = "own" }
            #expect(closed["status"]?["message"]?.string?.contains("may not be used in namespace 'team'") == true)
            let missing = try await Self.create(tasks) { $0.spec.runtimeProfile = "none" }
            #expect(missing["status"]?["message"]?.string?.hasPrefix("spec.runtimeProfile: there is no profile 'none'") == true)
            #expect(try await Self.create(tasks) { $0.spec.runtimeProfile = "bash" }["allowed"] == true)
        }
    }

    @Test("refuses a change for what it adds, and nobody's cancellation")
    func changed() async throws {
        try await TaskCluster.run { tasks in
            let profile = try await tasks.profile { $0.timeoutSeconds = ProfileTimeout(max: 50) }
            let old = TaskReviews.task {
                $0.spec.runtimeProfile = "own"
                $0.spec.priorityClassName = "high"
            }
            var new = old
            new.spec.canceled = true
            #expect(try await Self.change(tasks, new, old: old)["allowed"] == true)
            new.spec.network = TaskNetwork(profile: "web")
            #expect(try await Self.change(tasks, new, old: old)["status"]?["code"] == 422)

            // What it was accepted with counts, not what the profile is now.
            var accepted = old
            accepted.status = AgentTaskStatus(
                resolvedProfile: TaskProfile(name: "own", spec: profile.spec, generation: 1).resolved
            )
            accepted.status?.resolvedProfile?.spec?.network = ProfileNetwork(sets: [NetworkSet(name: "web")])
            new.status = accepted.status
            #expect(try await Self.change(tasks, new, old: accepted)["allowed"] == true)

            try await tasks.admin.delete(RuntimeProfile.self, name: "own")
            #expect(try await Self.change(tasks, new, old: old)["allowed"] == true)
        }
    }

    @Test("answers for now that it does not know, while the API server does not tell")
    func unknown() async throws {
        try await TaskCluster.run { tasks in
            tasks.cluster.faults.add(.status(code: 403, reason: "Forbidden"), times: .max) {
                $0.path?.contains("/runtimeprofiles") == true
            }
            let response = try await Self.create(tasks) { _ in }
            #expect(response["status"]?["code"] == 503)
            #expect(response["status"]?["message"]?.string?.contains("try again") == true)
        }
    }

    private static let path = "/validate-execution-agenttask-io-v1alpha1-runtimeprofile"

    private static func judge(_ new: RuntimeProfile, old: RuntimeProfile? = nil) async throws -> JSONValue {
        let review = TaskReviews.review(
            old == nil ? "CREATE" : "UPDATE",
            JSONValue(encoding: new),
            old: old.map { JSONValue(encoding: $0) }
        )
        return try await TaskReviews.answer(review, path: path)
    }

    @Test("refuses a profile that breaks a rule, and no change that leaves its spec alone")
    func profile() async throws {
        let valid = RuntimeProfile(metadata: ObjectMeta(name: "own"), spec: RuntimeProfileSpec(image: "i"))
        #expect(try await Self.judge(valid)["allowed"] == true)
        var broken = valid
        broken.spec.network = ProfileNetwork(sets: [
            NetworkSet(name: "cloud", egress: [NetworkDestination(cidr: "169.254.169.254/32")])
        ])
        for response in [try await Self.judge(broken), try await Self.judge(broken, old: valid)] {
            #expect(response["status"]?["code"] == 422)
            #expect(response["status"]?["message"]?.string?.contains("spec.network.sets[cloud].egress[0].cidr") == true)
        }
        var labelled = broken
        labelled.metadata.labels = ["a": "b"]
        #expect(try await Self.judge(labelled, old: broken)["allowed"] == true)
    }

    @Test("is registered at the path where it is served")
    func registered() throws {
        let webhooks = try WebhookManifests.configuration().webhooks ?? []
        #expect(webhooks.map(\.clientConfig.service?.path) == [TaskReviews.path, Self.path])
        #expect(webhooks.last?.failurePolicy == "Fail" && webhooks.last?.rules?.first?.resources == ["runtimeprofiles"])
    }
}

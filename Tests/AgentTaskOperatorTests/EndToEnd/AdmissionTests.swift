// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import ControllerRuntime
import ControllerServing
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesAdmissionRegistration
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import KubernetesRBAC
import Logging
import Testing

@testable import AgentTaskOperator

@Suite("Admission in a cluster", .timeLimit(.minutes(1)))
struct AdmissionTests {
    static let flags = ["--webhook-bind-address", "127.0.0.1:0"]

    /// An operator whose own namespace is that of the manifests.
    static func start(_ tasks: TaskCluster, flags: [String] = flags) throws -> RunningOperator {
        try RunningOperator(in: tasks.cluster, client: own(tasks), flags: flags)
    }

    static func own(_ tasks: TaskCluster) -> KubernetesClient {
        KubernetesClient(
            transport: tasks.cluster.client.transport,
            defaultNamespace: "agenttask-system",
            logger: Logger(label: "operator") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    static func useConfigMap(_ task: inout AgentTask) {
        task.spec.code = TaskCode(configMapRef: ConfigMapKeyReference(name: "program", key: "main.py"))
    }

    @Test("a reference is admitted while the webhook is registered")
    func registered() async throws {
        try await TaskCluster.run { tasks in
            WebhookManifests.serve(in: tasks.cluster, asking: tasks.admin)
            try await WebhookManifests.apply(to: tasks.admin)
            try await tasks.cluster.advance(by: .seconds(1))
            _ = try Self.start(tasks)
            try await tasks.submit("t", Self.useConfigMap)
            try await tasks.wait(for: .succeeded)
        }
    }

    @Test(
        "a reference is refused while the webhook is not registered, lets failures pass, or is not served by this operator",
        arguments: [(nil, flags), ("Ignore", flags), ("Fail", [])] as [(String?, [String])]
    )
    func unregistered(policy: String?, flags: [String]) async throws {
        try await TaskCluster.run { tasks in
            WebhookManifests.serve(in: tasks.cluster, asking: tasks.admin)
            if let policy { try await WebhookManifests.apply(to: tasks.admin) { $0.failurePolicy = policy } }
            try await tasks.cluster.advance(by: .seconds(1))
            _ = try Self.start(tasks, flags: flags)
            try await tasks.submit("t", Self.useConfigMap)
            let status = try await tasks.waitForEnd()
            #expect(status.reason == "ValidationFailed")
            #expect(status.message?.contains("spec.code.configMapRef: nothing checked") == true)
            #expect(try await tasks.pods().isEmpty)
        }
    }

    @Test("a task that was made before the webhook was registered stays unverified")
    func older() async throws {
        try await TaskCluster.run { tasks in
            try await tasks.submit("t", Self.useConfigMap)
            try await tasks.cluster.advance(by: .seconds(1))
            WebhookManifests.serve(in: tasks.cluster, asking: tasks.admin)
            try await WebhookManifests.apply(to: tasks.admin)
            _ = try Self.start(tasks)
            #expect(try await tasks.waitForEnd().reason == "ValidationFailed")
        }
    }

    @Test("a registration that cannot be read is neither yes nor no: the task waits")
    func unreadable() async throws {
        try await TaskCluster.run { tasks in
            WebhookManifests.serve(in: tasks.cluster, asking: tasks.admin)
            try await WebhookManifests.apply(to: tasks.admin)
            try await tasks.cluster.advance(by: .seconds(1))
            tasks.cluster.faults.add(.status(code: 403, reason: "Forbidden"), times: .max) {
                $0.path?.contains("/validatingwebhookconfigurations/") == true
            }
            _ = try Self.start(tasks)
            try await tasks.submit("t", Self.useConfigMap)
            try await tasks.cluster.advance(by: .seconds(120))
            #expect(try await tasks.status().completionTime == nil)
            #expect(try await tasks.pods().isEmpty)
            tasks.cluster.faults.clear()
            try await tasks.wait(for: .succeeded, upTo: .seconds(1800))
        }
    }

    /// Gives a user one more right in the namespace of the tasks.
    static func give(_ user: UserInfo, _ rule: PolicyRule, in tasks: TaskCluster) async throws {
        let metadata = ObjectMeta(generateName: "\(user.name)-", namespace: TaskCluster.namespace)
        let role = try await tasks.admin.create(Role(metadata: metadata, rules: [rule]))
        let reference = RoleRef(kind: "Role", name: role.metadata.name ?? "", apiGroup: "rbac.authorization.k8s.io")
        _ = try await tasks.admin.create(
            RoleBinding(metadata: metadata, roleRef: reference, subjects: [Subject(kind: "User", name: user.name)])
        )
    }

    @Test("a task is refused by the API server while its creator may not read a Secret that it names, and made when he may")
    func refused() async throws {
        try await TaskCluster.run { tasks in
            WebhookManifests.serve(in: tasks.cluster, asking: tasks.admin)
            try await WebhookManifests.apply(to: tasks.admin)
            let bob = UserInfo(name: "bob", uid: "7", groups: ["system:authenticated"])
            try await Self.give(
                bob,
                PolicyRule(verbs: ["create"], apiGroups: [AgentTask.group], resources: ["agenttasks"]),
                in: tasks
            )
            let client = KubernetesClient(
                transport: tasks.cluster.api.transport(user: bob),
                logger: Logger(label: "bob") { _ in SwiftLogNoOpLogHandler() }
            )
            let task = TaskReviews.task {
                $0.metadata.namespace = TaskCluster.namespace
                $0.spec.env = [TaskReviews.variable("A", secret: "db")]
            }
            let refusal = await #expect(throws: ClientError.self) { try await client.create(task) }
            let words = "admission webhook \"validate.execution.agenttask.io\" denied the request: "
            #expect(refusal?.message.contains(words) == true, "\(refusal?.message ?? "")")
            #expect(refusal?.message.contains("user 'bob' may not get the Secret 'db'") == true)
            #expect(try await tasks.admin.list(AgentTask.self).items.isEmpty)
            let right = PolicyRule(verbs: ["get"], apiGroups: [""], resourceNames: ["db"], resources: ["secrets"])
            try await Self.give(bob, right, in: tasks)
            _ = try await client.create(task)
            #expect(try await tasks.admin.list(AgentTask.self).items.count == 1)
        }
    }

    @Test("no task is made while the registered webhook gives no answer")
    func unanswered() async throws {
        try await TaskCluster.run { tasks in
            try await WebhookManifests.apply(to: tasks.admin)
            let gone = await #expect(throws: ClientError.self) { try await tasks.submit("t") }
            #expect(gone?.message.contains("failed calling webhook") == true)
            WebhookManifests.serve(in: tasks.cluster, asking: tasks.admin)
            try await tasks.submit("t")
            tasks.cluster.webhooks.handle(service: "agenttask-webhook", namespace: "agenttask-system") { _ in
                try await tasks.cluster.clock.timeSource.sleep(for: .seconds(3600))
                return WebhookAnswer(body: [])
            }
            let start = tasks.cluster.clock.now
            async let duration = {
                let late = await #expect(throws: ClientError.self) { try await tasks.submit("late") }
                #expect(late?.message.contains("context deadline exceeded") == true)
                return start.duration(to: tasks.cluster.clock.now)
            }()
            try await tasks.cluster.advance(by: .seconds(60))
            #expect(await duration == .seconds(5), "the webhook's timeoutSeconds")
        }
    }

    @Test("the webhook answers under a certificate that the registered bundle trusts")
    func served() async throws {
        // Whoever checks a certificate looks at the real time.
        let options = SimulatedClusterOptions(start: TimeSource.system.wallNow())
        try await TaskCluster.run(options: options) { tasks in
            try await WebhookManifests.apply(to: tasks.admin)
            let manager = Manager(environment: tasks.cluster.environment)
            let serving = try #require(
                try AdmissionServing(
                    flags: WebhookFlags.parse(Self.flags),
                    client: Self.own(tasks),
                    profiles: nil,
                    environment: tasks.cluster.environment
                )
            )
            try await serving.add(to: manager)
            tasks.cluster.start("webhook") { try await manager.run() }
            let port = try await serving.server.waitUntilListening()
            let registered = try await tasks.admin.get(ValidatingWebhookConfiguration.self, name: "agenttask-webhook")
            let config = try #require(registered.webhooks?.first?.clientConfig)

            var address = ClientConfiguration(server: try ServerURL("https://127.0.0.1:\(port)"))
            address.tls.certificateAuthority = try #require(config.caBundle?.bytes)
            address.tls.serverName = "agenttask-webhook.agenttask-system.svc"
            let transport = CurlTransport(configuration: address)
            var head = HTTPRequest(method: .post, scheme: "https", authority: "x", path: config.service?.path)
            head.headerFields[.contentType] = "application/json"
            let review = TaskReviews.review(
                "CREATE",
                JSONValue(encoding: TaskReviews.task { $0.spec.env = [TaskReviews.variable("A", secret: "db")] })
            )
            let exchange = try await transport.send(head, body: JSON.encode(review), options: RequestOptions())
            let body = try await exchange.body.collect(upTo: 1 << 20)
            await transport.shutdown()
            let response = try JSONValue(parsing: String(decoding: body, as: UTF8.self))["response"]
            #expect(response?["allowed"] == false)
            #expect(response?["status"]?["message"]?.string?.contains("user 'bob' may not get the Secret 'db'") == true)
        }
    }
}

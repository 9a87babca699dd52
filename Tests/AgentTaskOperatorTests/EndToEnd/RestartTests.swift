// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ControllerRuntime
import ControllerTesting
import EmbeddedCluster
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

/// Each write of a task's life, one after the other, is where something goes wrong, until a life has no such write any more.
@Suite("A task ends once and in the right phase", .timeLimit(.minutes(5)))
struct RestartTests {
    enum Life: String, CaseIterable {
        case success, failure, timeout, canceled, canceledWhileSuspended, neverStarted, invalid, secondAttempt, expired
    }

    enum Trouble: String, CaseIterable {
        /// The operator dies after the write, and another one begins.
        case death
        /// The same, and for a while there is none.
        case outage
        /// The server has written, and the answer does not come.
        case lostAnswer
        /// The server does not write.
        case serverError
    }

    private struct Plan: Sendable {
        var script: (@Sendable (Pod) -> PodScript)? = { _ in .exits(0, after: .seconds(10)) }
        var submit: @Sendable (inout AgentTask) -> Void = { _ in }
        var after: @Sendable (TaskCluster) async throws -> Void = { _ in }
        var phase: TaskPhase
        var reason: FailureReason?
        var pods = 1
    }

    @Test("whichever write it is after which the operator dies", arguments: Life.allCases)
    func death(life: Life) async throws { try await everyWrite(life, .death) }

    @Test(
        "whichever write it is that goes wrong",
        arguments: [Life.timeout, .canceled, .secondAttempt],
        [Trouble.outage, .lostAnswer, .serverError]
    )
    func trouble(life: Life, trouble: Trouble) async throws { try await everyWrite(life, trouble) }

    private func everyWrite(_ life: Life, _ trouble: Trouble) async throws {
        var number = 1
        while try await run(life, trouble, at: number) { number += 1 }
        #expect(number > (life == .invalid || life == .canceledWhileSuspended ? 1 : 5), "\(number - 1) writes")
        #expect(number < 30)
    }

    /// - Returns: Whether there was such a write.
    private func run(_ life: Life, _ trouble: Trouble, at number: Int) async throws -> Bool {
        let plan = Self.plan(of: life)
        let happened = Locked(false)
        try await TaskCluster.run(plan.script) { tasks in
            let cluster = tasks.cluster
            let dies = trouble == .death || trouble == .outage
            let doomed = DyingTransport(cluster.api.transport()) { _, count in dies && count == number }
            let successor = DyingTransport(cluster.api.transport()) { _, _ in false }
            if !dies {
                let fault: Fault = trouble == .lostAnswer ? .loseAnswer(.closed) : .status(code: 500, reason: "InternalError")
                cluster.faults.add(fault, skips: number - 1, where: Self.isWrite)
            }
            let first = try RunningOperator(in: cluster, client: tasks.client(over: doomed))
            cluster.start("successor") {
                guard await doomed.death.wait() != nil else { return }
                await first.stop()
                if trouble == .outage { try await cluster.clock.timeSource.sleep(for: .seconds(20)) }
                _ = try RunningOperator(in: cluster, client: tasks.client(over: successor))
            }
            let task = try await tasks.submit("t", plan.submit)
            try await plan.after(tasks)
            if life == .expired {
                try await cluster.wait(upTo: .seconds(600), for: "the end of the time to live") {
                    try await tasks.admin.list(AgentTask.self).items.isEmpty
                }
            } else {
                let status = try await tasks.waitForEnd()
                #expect(status.phase == plan.phase.rawValue, "write \(number)")
                #expect(status.reason == plan.reason?.rawValue, "write \(number)")
                let revision = try await tasks.task().metadata.resourceVersion
                try await cluster.advance(by: .seconds(30))
                #expect(try await tasks.task().metadata.resourceVersion == revision, "write \(number): written after its end")
                #expect(try await tasks.livePods() == [], "write \(number)")
                try await tasks.admin.delete(AgentTask.self, name: "t", namespace: TaskCluster.namespace)
            }
            let pods = doomed.podsMade + successor.podsMade
            // A task may be canceled while there is no operator, and before it has a pod.
            let isEarly = life == .canceled && trouble == .outage && pods == 0
            #expect(pods == plan.pods || isEarly, "write \(number): one pod for each attempt")
            try await cluster.advance(by: .seconds(60))
            let left = try await tasks.pods().filter { TaskNames.owns(task, $0.metadata) }.compactMap(\.metadata.name)
            #expect(left == [], "write \(number): left behind")
            #expect(try await tasks.policies().filter { $0 == "t-netpol" } == [], "write \(number): left behind")
            let writes = cluster.faults.requests.filter(Self.isWrite).count
            happened.withLock { $0 = dies ? doomed.isDead : writes >= number }
        }
        return happened.withLock { $0 }
    }

    private static func isWrite(_ request: HTTPRequest) -> Bool {
        request.method != .get && request.path?.contains("/events") == false
    }

    private static func plan(of life: Life) -> Plan {
        switch life {
        case .success: Plan(phase: .succeeded)
        case .failure: Plan(script: { _ in .exits(3, after: .seconds(10)) }, phase: .failed, reason: .podFailed)
        case .timeout: Plan(script: { _ in .runs(heedsTermination: false) }, phase: .timeout, reason: .timeout)
        case .canceled:
            Plan(
                script: { _ in .runs() },
                after: { tasks in
                    try await tasks.cluster.advance(by: .seconds(5))
                    try await tasks.cancel()
                },
                phase: .canceled,
                reason: .canceled
            )
        case .canceledWhileSuspended:
            Plan(
                submit: { $0.spec.suspend = true },
                after: { tasks in
                    try await tasks.cluster.advance(by: .seconds(5))
                    try await tasks.cancel()
                },
                phase: .canceled,
                reason: .canceled,
                pods: 0
            )
        case .neverStarted:
            Plan(
                script: { _ in PodScript(waitingReason: "ErrImagePull") },
                phase: .failed,
                reason: .imagePullFailed
            )
        case .invalid:
            Plan(submit: { $0.spec.backend = "sandbox" }, phase: .failed, reason: .backendSelectionFailed, pods: 0)
        case .secondAttempt:
            Plan(
                script: { $0.metadata.name == "t-pod" ? .exits(3, after: .seconds(5)) : .exits(0, after: .seconds(5)) },
                submit: {
                    $0.spec.backoffLimit = 1
                    $0.spec.retryPolicy = "OnFailure"
                },
                phase: .succeeded,
                pods: 2
            )
        case .expired: Plan(submit: { $0.spec.ttlSecondsAfterFinished = 5 }, phase: .succeeded)
        }
    }
}

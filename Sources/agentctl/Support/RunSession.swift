// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import UnixSignals

/// Follows a task that this command made: its phases, its output and its end. Ctrl-C cancels the task and goes on until it has ended; a
/// second one leaves at once.
struct RunSession {
    let cluster: Cluster
    let task: AgentTask
    let quiet: Bool
    let raw: Bool
    let logsToStandardError: Bool

    private enum Part: Sendable {
        case ended(AgentTask)
        case logs
        case signals
    }

    func follow() async throws -> AgentTask {
        let name = task.metadata.name ?? ""
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: Part.self) { group in
            let (started, startedSignal) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(1))
            group.addTask { .ended(try await follow(name, started: startedSignal)) }
            group.addTask {
                try await printLogs(when: started)
                return .logs
            }
            group.addTask {
                try await cancelOnSignal(signals, name)
                return .signals
            }
            var ended: AgentTask?
            var hasLogs = false
            while let part = try await group.next() {
                switch part {
                case .ended(let task): ended = task
                case .logs: hasLogs = true
                case .signals: break
                }
                if let ended, hasLogs {
                    group.cancelAll()
                    return ended
                }
            }
            throw CommandFailure("agenttask/\(name) could not be followed to its end; see agentctl describe \(name)")
        }
    }

    private func follow(_ name: String, started: AsyncStream<String>.Continuation) async throws -> AgentTask {
        defer { started.finish() }
        var progress = Progress(quiet: quiet)
        let watch = TaskWatch(cluster: cluster, name: name)
        let ended = try await watch.wait(
            changed: { task in
                if task.hasLogs || task.hasEnded {
                    progress.clear()
                    if let pod = task.status?.podRef?.name, task.hasLogs { started.yield(pod) }
                } else {
                    progress.show(Self.waiting(task))
                }
            },
            until: \.hasEnded
        )
        progress.clear()
        return ended
    }

    private static func waiting(_ task: AgentTask) -> String {
        let admitted = task.status?.conditions?.first { $0.type == ConditionType.admitted.rawValue && $0.status == "False" }
        let detail = admitted.map { " (\($0.reason): \($0.message))" } ?? ""
        return SafeText.line("agenttask/\(task.metadata.name ?? ""): \(task.phase.rawValue)\(detail)")
    }

    private func printLogs(when started: AsyncStream<String>) async throws {
        for await pod in started {
            guard !quiet else { continue }
            do {
                let printer = LogPrinter(raw: raw, toStandardError: logsToStandardError)
                try await LogStream(cluster: cluster, pod: pod).print(LogOptions(follow: true), to: printer)
            } catch let error as ClientError where error.isNotFound {
                Terminal.error("The pod is gone, and its output with it.\n")
            }
            return
        }
    }

    private func cancelOnSignal(_ signals: UnixSignalsSequence, _ name: String) async throws {
        var count = 0
        for await _ in signals {
            count += 1
            guard count == 1 else { Terminal.exit(130) }
            Terminal.error("\nCanceling agenttask/\(SafeText.line(name)); press Ctrl-C again to leave it alone.\n")
            _ = try await cluster.client.patch(
                AgentTask.self,
                name: name,
                namespace: cluster.namespace,
                .merge(["spec": ["canceled": true]])
            )
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LocalCluster

struct LocalStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the local cluster works; exit code 1 when it does not."
    )

    @OptionGroup var local: LocalOptions

    func run() async throws {
        let status = try await local.control(try local.options()).status()
        var lines: [(String, String)] = []
        lines.append(("cluster", status.pid.map { "running, pid \($0)" } ?? "not running; start it with agentctl local up"))
        if let server = status.server {
            lines.append(("API server", server + (status.isAPIReachable ? "" : status.apiProblem.map { " (\($0))" } ?? "")))
        }
        if let version = status.kubernetesVersion { lines.append(("Kubernetes", version)) }
        if status.pid != nil {
            lines.append(("node", Self.text(status.node)))
            lines.append(("operator", Self.text(status.taskOperator) + (status.leadership.map { ", \($0)" } ?? "")))
            for replica in status.replicas {
                let leadership = replica.leadership.map { ", \($0)" } ?? ""
                lines.append(("operator \(replica.number)", "\(Self.text(replica.part)), pid \(replica.pid)\(leadership)"))
            }
        }
        if let version = status.version { lines.append(("version", version)) }
        if let kubeconfig = status.kubeconfig { lines.append(("kubeconfig", kubeconfig)) }
        lines.append(("state", status.stateDirectory))
        lines.append(("log", status.log))
        for (name, value) in lines {
            Terminal.out(name + String(repeating: " ", count: 13 - name.count) + SafeText.line(value) + "\n")
        }
        if !status.isReady { throw ExitCode(1) }
    }

    private static func text(_ part: LocalClusterStatus.Part) -> String {
        switch part {
        case .off: "off"
        case .ready: "ready"
        case .notReady(let reason): "not ready: \(reason)"
        }
    }
}

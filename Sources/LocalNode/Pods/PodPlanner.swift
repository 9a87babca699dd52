// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// A pod and everything it refers to, turned into a sandbox's plan.
struct PodPlanner: Sendable {
    /// What the node gives to a container that asks for nothing.
    struct Defaults: Sendable, Hashable {
        var processes: UInt64 = 64
        var scratch: UInt64 = 256 << 20
        var memory: UInt64 = 512 << 20
    }

    let pod: Pod
    let image: InterpreterCatalog.Match
    let sources: PodSources
    let allocatable: [String: Quantity]
    let system: HostSystem
    let defaults: Defaults

    /// The directory where the interpreter stands under the names that its image has for it.
    static let imageDirectory = "/image/bin"
    static let defaultMessagePath = "/dev/termination-log"

    func plan() throws(PodProblem) -> SandboxPlan {
        guard let container = pod.spec?.containers.first else { throw PodProblem(.configuration, "the pod has no container") }
        let fields = DownwardFields(pod: pod, allocatable: allocatable)
        let hostname = pod.spec?.hostname ?? pod.metadata.name ?? "task"
        let environment = try EnvironmentResolver(container: container, fields: fields, sources: sources)
            .variables(defaults: [
                EnvironmentVariable(
                    name: "PATH",
                    value: "\(Self.imageDirectory):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                ),
                EnvironmentVariable(name: "HOSTNAME", value: hostname),
                EnvironmentVariable(name: "HOME", value: "/tmp"),
            ])
        let mounts = try VolumeResolver(
            pod: pod,
            container: container,
            fields: fields,
            sources: sources,
            defaultScratch: defaults.scratch
        ).mounts()
        let command = self.command(container, environment)
        guard !command.contains(where: { $0.utf8.contains(0) }), let program = command.first, !program.isEmpty else {
            throw PodProblem(.configuration, "the command is empty or holds a NUL character")
        }
        return SandboxPlan(
            hostname: String(hostname.prefix(63)),
            command: command,
            environment: environment,
            workingDirectory: container.workingDir.flatMap { $0.isEmpty ? nil : $0 } ?? "/",
            mounts: mounts + links(),
            messagePath: container.terminationMessagePath ?? Self.defaultMessagePath,
            limits: limits(container),
            system: system
        )
    }

    /// The container's command; without one, the image's, which is its interpreter.
    private func command(_ container: Container, _ environment: [EnvironmentVariable]) -> [String] {
        let values = Dictionary(environment.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        func expanded(_ words: [String]?) -> [String] { (words ?? []).map { VariableExpansion.expand($0) { values[$0] } } }
        var command = expanded(container.command)
        if command.isEmpty { command = [image.path] }
        // An image's own path of its interpreter, such as /usr/local/bin/python3, means the host's.
        if let program = command.first, program.hasPrefix("/"), let name = program.split(separator: "/").last,
            aliases.contains(String(name)), program != image.path
        {
            command[0] = "\(Self.imageDirectory)/\(name)"
        }
        return command + expanded(container.args)
    }

    private var aliases: [String] {
        var names: [String] = []
        for program in [image.path.split(separator: "/").last.map(String.init) ?? ""] + image.entry.candidates {
            for name in HostInterpreters.aliases(of: program) where !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func links() -> [SandboxMount] { aliases.map { .link(target: image.path, path: "\(Self.imageDirectory)/\($0)") } }

    private func limits(_ container: Container) -> SandboxLimits {
        let resources = container.resources
        func milli(_ quantity: Quantity?) -> UInt64? { quantity.map { UInt64(max(0, $0.milliValue)) } }
        let limit = milli(resources?.limits?["cpu"])
        return SandboxLimits(
            processes: defaults.processes,
            memory: resources?.limits?["memory"].map { UInt64(max(0, $0.value)) } ?? defaults.memory,
            processorRequest: milli(resources?.requests?["cpu"]) ?? limit ?? 100,
            processorLimit: limit
        )
    }
}

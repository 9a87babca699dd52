// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Asks a program for its version, inside a sandbox as everything else that is run for tasks.
enum InterpreterVersion {
    /// The first line that `<path> --version` prints; nil when it cannot be had.
    static func ask(_ path: String, host: SandboxHost) async -> String? {
        var template = Array("/tmp/agenttask-version-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { Directory.remove(directory) }
        let plan = SandboxPlan(
            hostname: "version",
            command: [path, "--version"],
            environment: [],
            workingDirectory: "/",
            mounts: [],
            messagePath: PodPlanner.defaultMessagePath,
            limits: SandboxLimits(),
            system: HostSystem.current()
        )
        let log = ContainerLog(directory: directory)
        let ends = AsyncStream<SandboxExit>.makeStream(bufferingPolicy: .bufferingNewest(1))
        do throws(LocalNodeError) {
            _ = try await host.start(
                plan,
                log: log,
                name: "version",
                beforeRelease: { _ in },
                onExit: { ends.continuation.yield($0) }
            )
        } catch {
            return nil
        }
        for await exit in ends.stream {
            guard exit.exitCode == 0 else { return nil }
            var reader = ContainerLogReader(directory: directory, extent: log.extent, query: LogQuery())
            let text = String(decoding: reader.next(log.extent), as: UTF8.self)
            return text.split(separator: "\n").first.map(String.init)
        }
        return nil
    }
}

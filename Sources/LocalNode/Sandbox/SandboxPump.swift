// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesClient
import KubernetesMeta

/// One thread that looks after all running sandboxes: moves their output into their logs, watches their memory, and sees them end.
///
/// Output is read in turns of at most 64 KiB per stream, so one chatty program delays another by little. A program that writes faster
/// than the log's disk blocks on its pipe: that is the bound.
final class SandboxPump: Sendable {
    /// A sandbox and where its end is reported, on the pump's thread; the report must not block.
    struct Ward: Sendable {
        let process: SandboxProcess
        let log: ContainerLog
        let onExit: @Sendable (SandboxExit) -> Void
    }

    private enum Command: Sendable {
        case watch(Ward)
        case stop
    }

    private let commands = Locked<[Command]>([])
    private let wake: Descriptor
    private let poll: PollSet
    private let wallNow: @Sendable () -> MicroTime

    init(wallNow: @escaping @Sendable () -> MicroTime) throws(LocalNodeError) {
        wake = try Descriptor.counter(semaphore: false)
        poll = try PollSet()
        self.wallNow = wallNow
        try poll.add(wake, token: SandboxPumpLoop.wakeToken)
        try NodeThread.start(name: "sandbox-pump") { [self] in run() }
    }

    /// From now on the sandbox is looked after. Call it before the program is released.
    func watch(_ ward: Ward) { send(.watch(ward)) }

    /// Kills the sandboxes that still run, ends their logs, and ends the thread. Their ends are not reported.
    func stop() { send(.stop) }

    private func send(_ command: Command) {
        commands.withLock { $0.append(command) }
        var one: UInt64 = 1
        _ = SystemCall.retrying { write(wake.number, &one, 8) }
    }

    private func run() {
        var loop = SandboxPumpLoop(poll: poll, wake: wake, wallNow: wallNow)
        while true {
            loop.turn()
            for command in commands.withLock({ taken in
                defer { taken = [] }
                return taken
            }) {
                switch command {
                case .watch(let ward): loop.watch(ward)
                case .stop:
                    loop.endAll()
                    return
                }
            }
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox
import Glibc

/// What is written down about a sandbox before its program starts, so that a later node process knows that it did, and can end what
/// should have ended with this one.
struct SandboxRecord: Sendable, Hashable {
    /// The program's process on the host.
    var process: pid_t
    /// When that process started, in the kernel's ticks since boot: tells it from a later one with the same number.
    var startTicks: UInt64
    /// Which boot the ticks count from.
    var boot: String

    var text: String { "\(process) \(startTicks) \(boot)\n" }

    init(process: pid_t, startTicks: UInt64, boot: String) {
        self.process = process
        self.startTicks = startTicks
        self.boot = boot
    }

    init?(text: String) {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 3, let process = pid_t(fields[0]), process > 1, let ticks = UInt64(fields[1]) else { return nil }
        self.init(process: process, startTicks: ticks, boot: String(fields[2]))
    }

    /// The record of a running process; nil when it has ended.
    init?(of process: pid_t) {
        guard let status = TextFile.text("/proc/\(process)/stat"), let ticks = Self.startTicks(stat: status) else { return nil }
        self.init(process: process, startTicks: ticks, boot: Self.currentBoot())
    }

    static func currentBoot() -> String { TextFile.text("/proc/sys/kernel/random/boot_id") ?? "unknown" }

    /// Field 22 of `/proc/<pid>/stat`. The name in field 2 may hold anything, so counting starts behind its last parenthesis.
    static func startTicks(stat: String) -> UInt64? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }

    /// Kills the process if it is still the recorded one.
    func killIfAlive() {
        var number: Int32 = -1
        guard csandbox_pidfd_open(process, &number) == 0 else { return }
        defer { close(number) }
        // With the descriptor held, what /proc says is about the process that the signal goes to.
        guard SandboxRecord(of: process) == self else { return }
        _ = csandbox_pidfd_signal(number, SIGKILL)
    }
}

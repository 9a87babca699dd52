// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Glibc
import KubernetesClient

/// A child process whose standard input ends when this process does.
final class ReplicaProcess: Sendable {
    let pid: pid_t
    /// Open when the process has ended, with its wait status.
    let ended = Latch<Int32>()
    private let input: Int32
    private let waiter: PosixThread

    init(executable: String, arguments: [String], log: String) throws {
        // A pair of sockets can be made so that no other child inherits it, which a pipe cannot.
        var pair: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
            throw LocalClusterError(.start, "cannot make a pair of sockets: \(String(cString: strerror(errno)))")
        }
        defer { close(pair[0]) }
        do {
            pid = try BackgroundProcess.spawn(executable: executable, arguments: arguments, log: log, descriptors: [0: pair[0]])
        } catch {
            close(pair[1])
            throw error
        }
        input = pair[1]
        let (pid, ended) = (pid, ended)
        // waitpid blocks; that is what a thread is for.
        waiter = try PosixThread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            ended.open(status)
        }
    }

    deinit { close(input) }

    /// Asks the process to end, waits, and kills it when it does not.
    func stop(budget: Duration, time: TimeSource) async {
        signal(SIGTERM)
        let budgetIsOver = Latch<Void>()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [ended] in _ = await ended.wait() }
            group.addTask {
                // Canceled when the process has ended, or when nobody waits any more.
                do { try await time.sleep(for: budget) } catch { return }
                budgetIsOver.open(())
            }
            await group.next()
            group.cancelAll()
        }
        guard ended.value == nil else { return }
        signal(SIGKILL)
        _ = await ended.waitIgnoringCancellation()
    }

    private func signal(_ number: Int32) {
        // Not reaped yet, so the number is still this process's.
        if ended.value == nil { kill(pid, number) }
    }
}

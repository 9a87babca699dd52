// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta

/// The state of the pump's thread: an epoll set and what belongs to each descriptor in it.
struct SandboxPumpLoop {
    private struct Entry {
        let ward: SandboxPump.Ward
        var open: Set<LogStream> = Set(LogStream.allCases)
        var isOutOfMemory = false
    }

    private enum Role: UInt64 {
        case output, errors, end

        init(_ stream: LogStream) { self = stream == .standardOutput ? .output : .errors }
    }

    /// The token of the counter that wakes the thread.
    static let wakeToken = UInt64.max

    private static let chunk = 64 << 10

    private let poll: PollSet
    private let wake: Descriptor
    private let wallNow: @Sendable () -> MicroTime
    private var entries: [UInt64: Entry] = [:]
    private var lastID: UInt64 = 0
    private var lastSample = SandboxPumpLoop.milliseconds()

    init(poll: PollSet, wake: Descriptor, wallNow: @escaping @Sendable () -> MicroTime) {
        self.poll = poll
        self.wake = wake
        self.wallNow = wallNow
    }

    mutating func watch(_ ward: SandboxPump.Ward) {
        lastID += 1
        entries[lastID] = Entry(ward: ward)
        do {
            try poll.add(ward.process.output, token: lastID << 2 | Role.output.rawValue)
            try poll.add(ward.process.errors, token: lastID << 2 | Role.errors.rawValue)
            try poll.add(ward.process.starterHandle, token: lastID << 2 | Role.end.rawValue)
        } catch {
            // Without the kernel's memory for an epoll entry the sandbox could not be looked after: end it and say why.
            ward.process.kill()
            finish(lastID, failure: error.message)
        }
    }

    /// Waits for something to happen and handles it.
    mutating func turn() {
        for token in poll.wait(milliseconds: timeout()) {
            guard token != Self.wakeToken else {
                _ = try? wake.readAvailable(upTo: 8)
                continue
            }
            switch Role(rawValue: token & 3) {
            case .output: move(token >> 2, .standardOutput)
            case .errors: move(token >> 2, .standardError)
            case .end: finish(token >> 2)
            case nil: break
            }
        }
        sample()
    }

    // MARK: Output

    /// Moves what is there now, up to a chunk.
    @discardableResult
    private mutating func move(_ id: UInt64, _ stream: LogStream) -> Bool {
        guard let entry = entries[id], entry.open.contains(stream) else { return false }
        let descriptor = stream == .standardOutput ? entry.ward.process.output : entry.ward.process.errors
        do {
            guard let bytes = try descriptor.readAvailable(upTo: Self.chunk) else {
                close(id, stream, descriptor)
                return false
            }
            if bytes.isEmpty { return false }
            entry.ward.log.append(bytes, stream: stream, at: wallNow())
            return true
        } catch {
            close(id, stream, descriptor)
            return false
        }
    }

    private mutating func close(_ id: UInt64, _ stream: LogStream, _ descriptor: Descriptor) {
        poll.remove(descriptor)
        entries[id]?.open.remove(stream)
    }

    // MARK: Memory

    private func timeout() -> Int32 {
        guard entries.values.contains(where: { $0.ward.process.sampler != nil }) else { return -1 }
        return Int32(max(0, min(1000, lastSample + sampleInterval - Self.milliseconds())))
    }

    /// With many sandboxes looks become rarer, so that looking stays below a few percent of a processor.
    private var sampleInterval: Int64 { max(100, Int64(entries.count) * 5) }

    private mutating func sample() {
        let now = Self.milliseconds()
        guard now - lastSample >= sampleInterval else { return }
        lastSample = now
        for (id, entry) in entries where !entry.isOutOfMemory {
            guard let sampler = entry.ward.process.sampler, sampler.isOverLimit() else { continue }
            entries[id]?.isOutOfMemory = true
            entry.ward.process.kill()
        }
    }

    private static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    // MARK: The end

    /// Ends every sandbox: readers that follow a log see its end, and no zombie or cgroup stays behind.
    mutating func endAll() {
        for entry in entries.values { entry.ward.process.kill() }
        for (id, entry) in entries {
            for stream in LogStream.allCases {
                while move(id, stream) {}
            }
            var status: Int32 = 0
            _ = SystemCall.retrying { Int(waitpid(entry.ward.process.starter, &status, 0)) }
            entry.ward.log.finish(at: wallNow())
            entry.ward.process.share?.remove()
        }
        entries = [:]
    }

    /// bubblewrap has ended, and with it every process of the sandbox: nobody writes to the pipes any more.
    private mutating func finish(_ id: UInt64, failure: String? = nil) {
        guard let entry = entries[id] else { return }
        let process = entry.ward.process
        for stream in LogStream.allCases {
            while move(id, stream) {}
        }
        poll.remove(process.output)
        poll.remove(process.errors)
        poll.remove(process.starterHandle)
        entries[id] = nil
        var status: Int32 = 0
        _ = SystemCall.retrying { Int(waitpid(process.starter, &status, 0)) }
        let now = wallNow()
        entry.ward.log.finish(at: now)
        process.share?.remove()
        let code = SandboxReport((try? process.status.readAvailable(upTo: 4096)) ?? []).number("exit-code")
        entry.ward.onExit(
            SandboxExit(
                exitCode: code.map(Int32.init(truncatingIfNeeded:)) ?? Self.exitCode(waitStatus: status),
                startFailure: failure
                    ?? (code == nil && Self.exitCode(waitStatus: status) < 128 ? Self.startFailure(entry.ward.log) : nil),
                isOutOfMemory: entry.isOutOfMemory,
                message: Self.tail(of: process.message),
                finishedAt: now
            )
        )
    }

    private static func exitCode(waitStatus: Int32) -> Int32 {
        let signal = waitStatus & 0x7f
        return signal == 0 ? (waitStatus >> 8) & 0xff : 128 + signal
    }

    private static func tail(of message: Descriptor) -> [UInt8] {
        var information = stat()
        guard fstat(message.number, &information) == 0 else { return [] }
        let start = max(0, Int(information.st_size) - SandboxExit.maximumMessage)
        return [UInt8](unsafeUninitializedCapacity: SandboxExit.maximumMessage) { buffer, count in
            count = max(0, SystemCall.retrying { pread(message.number, buffer.baseAddress, buffer.count, off_t(start)) })
        }
    }
}

extension SandboxPumpLoop {
    /// What bubblewrap said when the program could not be executed.
    private static func startFailure(_ log: ContainerLog) -> String {
        var reader = ContainerLogReader(directory: log.directory, extent: log.extent, query: LogQuery(tailLines: 1))
        let text = String(decoding: reader.next(log.extent), as: UTF8.self)
        let line = text.split(separator: "\n").last.map(String.init) ?? "the command could not be started"
        return line.hasPrefix("bwrap: ") ? String(line.dropFirst(7)) : line
    }
}

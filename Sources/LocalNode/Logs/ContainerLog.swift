// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesClient
import KubernetesMeta

/// The log of one container: written by the sandbox pump's thread, read by any number of readers.
///
/// Files `<directory>/<n>.log` hold `LogLine`s, at most `LogSegments.maximum` bytes together. A write error (a full disk) is kept and
/// ends the log with what it has; it never stops the program.
final class ContainerLog: Sendable {
    /// Bytes kept per container.
    static let maximumBytes = 10 << 20

    /// What a reader needs to know to go on.
    struct Extent: Sendable {
        let segments: LogSegments
        let isEnded: Bool
        /// Grows with every change.
        let version: UInt64
    }

    let directory: String
    private let state: Locked<State>

    private struct State {
        var assemblers = LogStream.allCases.map(LineAssembler.init)
        var segments: LogSegments
        var file: (segment: Int, descriptor: Descriptor)?
        var failure: LocalNodeError?
        var isEnded = false
        var version: UInt64 = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
    }

    init(directory: String, maximum: Int = ContainerLog.maximumBytes) {
        self.directory = directory
        state = Locked(State(segments: LogSegments(maximum: maximum)))
    }

    /// A log that an earlier process left, ended.
    init(leftIn directory: String) {
        self.directory = directory
        var found: [Int: Int] = [:]
        for name in Directory.names(directory) where name.hasSuffix(".log") {
            var information = stat()
            guard let segment = Int(name.dropLast(4)), stat("\(directory)/\(name)", &information) == 0 else { continue }
            found[segment] = Int(information.st_size)
        }
        var state = State(segments: LogSegments(maximum: Self.maximumBytes, found: found))
        state.isEnded = true
        self.state = Locked(state)
    }

    static func path(_ directory: String, segment: Int) -> String { "\(directory)/\(segment).log" }

    var extent: Extent { state.withLock { Extent(segments: $0.segments, isEnded: $0.isEnded, version: $0.version) } }

    /// Why entries are missing, when they are.
    var failure: LocalNodeError? { state.withLock { $0.failure } }

    /// What the program wrote, at this time.
    func append(_ bytes: [UInt8], stream: LogStream, at time: MicroTime) {
        change { state in
            var entries: [UInt8] = []
            let index = LogStream.allCases.firstIndex(of: stream) ?? 0
            state.assemblers[index].feed(bytes, time: time.description, into: &entries)
            write(entries, &state)
            return !entries.isEmpty
        }
    }

    /// The program has ended; nothing follows.
    func finish(at time: MicroTime) {
        change { state in
            var entries: [UInt8] = []
            for index in state.assemblers.indices { state.assemblers[index].finish(time: time.description, into: &entries) }
            write(entries, &state)
            state.isEnded = true
            state.file = nil
            return true
        }
    }

    /// Suspends until the log differs from `version`, or the task is canceled.
    func waitForChange(since version: UInt64) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.version != version || state.isEnded || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    private func change(_ body: (inout State) -> Bool) {
        let woken = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard body(&state) else { return [] }
            state.version += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for continuation in woken { continuation.resume() }
    }

    private func write(_ entries: [UInt8], _ state: inout State) {
        guard state.failure == nil else { return }
        var rest = entries[...]
        do {
            for step in state.segments.place(entries) {
                switch step {
                case .drop(let segment):
                    unlink(Self.path(directory, segment: segment))
                case .write(let segment, let count):
                    try file(segment, &state).writeAll(Array(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
            }
        } catch {
            state.failure = error
        }
    }

    private func file(_ segment: Int, _ state: inout State) throws(LocalNodeError) -> Descriptor {
        if let open = state.file, open.segment == segment { return open.descriptor }
        let descriptor = try Descriptor.open(Self.path(directory, segment: segment), O_WRONLY | O_CREAT | O_APPEND)
        state.file = (segment, descriptor)
        return descriptor
    }
}

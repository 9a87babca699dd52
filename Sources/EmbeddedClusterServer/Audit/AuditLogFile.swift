// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import EmbeddedCluster
import Glibc
import KubernetesClient
import KubernetesJSON
public import Logging

/// An audit log in a file: one line of JSON for each write.
///
/// Bound: when the file would grow beyond its limit it is renamed to `NAME.1`, over the one before, and begun anew; so there are never more
/// than two. The writes themselves do not depend on it: what cannot be written down is reported to the log and dropped.
public final class AuditLogFile: AuditSink {
    private struct State {
        var descriptor: Int32
        var size: Int
        var isFailing = false
    }

    private let path: String
    private let maximumBytes: Int
    private let logger: Logger
    private let state: Locked<State>

    /// Opens the log, or goes on with the one that is there. Only its owner may read it.
    ///
    /// - Parameter maximumBytes: How large one file may become.
    /// - Throws: ``ServerError`` when the file cannot be opened.
    public init(path: String, maximumBytes: Int = 64 << 20, logger: Logger) throws(ServerError) {
        self.path = path
        self.maximumBytes = maximumBytes
        self.logger = logger
        let descriptor = Self.open(path)
        guard descriptor >= 0 else {
            throw ServerError(.files, "cannot write the audit log \(path): \(String(cString: strerror(errno)))")
        }
        state = Locked(State(descriptor: descriptor, size: Int(max(0, lseek(descriptor, 0, SEEK_END)))))
    }

    deinit { close(state.withLock { $0.descriptor }) }

    public func record(_ event: AuditEvent) {
        let line = event.json.serialized() + [0x0A]
        let problem: String? = state.withLock { state in
            if state.size > 0, state.size + line.count > maximumBytes { rotate(&state) }
            let problem = Self.append(line, to: state.descriptor)
            if problem == nil { state.size += line.count }
            defer { state.isFailing = problem != nil }
            // Once for each time that it begins to fail.
            return state.isFailing ? nil : problem
        }
        if let problem { logger.error("the audit log is incomplete", metadata: ["file": "\(path)", "error": "\(problem)"]) }
    }

    private func rotate(_ state: inout State) {
        guard rename(path, path + ".1") == 0 else { return }
        let descriptor = Self.open(path)
        guard descriptor >= 0 else { return }
        close(state.descriptor)
        state.descriptor = descriptor
        state.size = 0
    }

    private static func open(_ path: String) -> Int32 { Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }

    /// What went wrong; nil for nothing.
    private static func append(_ line: [UInt8], to descriptor: Int32) -> String? {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return String(cString: strerror(errno))
            }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}

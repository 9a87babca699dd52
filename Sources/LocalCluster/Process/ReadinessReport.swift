// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesJSON

/// What the cluster's process tells the one that started it: one line of JSON through a pipe.
enum ReadinessReport: Sendable, Hashable {
    /// The cluster can be used.
    case ready(RunRecord)
    /// It cannot, for this reason, and its process ends.
    case failed(String)

    var line: [UInt8] {
        switch self {
        case .ready(let record): return record.json + [0x0A]
        case .failed(let message): return (["error": .string(message)] as JSONValue).serialized() + [0x0A]
        }
    }

    init?(line: [UInt8]) {
        if let record = RunRecord(json: line) {
            self = .ready(record)
            return
        }
        do {
            guard let message = try JSON.decode(JSONValue.self, from: line)["error"]?.string else { return nil }
            self = .failed(message)
        } catch {
            return nil
        }
    }

    /// Writes the report and closes the descriptor. Whoever started the process may have gone: then nobody is told.
    func send(to descriptor: Int32) {
        let bytes = line
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }
}

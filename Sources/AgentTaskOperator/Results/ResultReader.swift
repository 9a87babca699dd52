// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import Crypto
import KubernetesJSON

/// Turns a container's termination message into the task's result and log tail.
///
/// The kubelet hands over the result file, or, after a failure without one, the end of the log; it does not say which. JSON is
/// therefore a result after any exit code, and other text is a result only after exit code 0.
struct ResultReader: Sendable {
    /// What the message was.
    enum Reading: Sendable, Hashable {
        case none
        case json(TaskResult)
        /// Text that is not JSON, after exit code 0.
        case invalidJSON(TaskResult)
        /// The kubelet keeps 4,096 bytes, so a result of that size or more arrived cut.
        case tooLarge(TaskResult)
        /// The end of a failed program's output.
        case logTail(String)
    }

    /// Bytes that a kubelet hands over at most. A cut inside a character arrives longer, because U+FFFD has three bytes.
    static let limit = 4096
    /// Bytes of `status.logTail`.
    static let logTailLimit = 2048

    static func read(_ message: String, exitCode: Int32) -> Reading {
        guard message.utf8.contains(where: { $0 > 0x20 }) else { return .none }
        let bytes = message.utf8.count
        if bytes < limit {
            do {
                let value = try JSONValue(parsing: message)
                return .json(describe(message, TaskResult(json: value)))
            } catch {
                return exitCode == 0
                    ? .invalidJSON(describe(message, TaskResult(raw: message)))
                    : .logTail(tail(message))
            }
        }
        return exitCode == 0
            ? .tooLarge(describe(message, TaskResult(raw: message, truncated: true)))
            : .logTail(tail(message))
    }

    /// The last ``logTailLimit`` bytes of whole characters, from the beginning of a line when one begins there.
    static func tail(_ text: String) -> String {
        guard text.utf8.count > logTailLimit else { return text }
        var start = text.utf8.index(text.utf8.endIndex, offsetBy: -logTailLimit)
        while start < text.endIndex, start.samePosition(in: text.unicodeScalars) == nil { start = text.utf8.index(after: start) }
        let cut = text[start...]
        if let newline = cut.firstIndex(of: "\n"), cut.index(after: newline) < cut.endIndex {
            return String(cut[cut.index(after: newline)...])
        }
        return String(cut)
    }

    private static func describe(_ message: String, _ result: TaskResult) -> TaskResult {
        var result = result
        result.sizeBytes = Int64(message.utf8.count)
        result.sha256 = SHA256.hash(data: Array(message.utf8)).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        return result
    }
}

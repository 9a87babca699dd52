// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore

/// The message of an ended container, as a kubelet makes it.
enum TerminationMessage {
    /// Bytes and lines of the log that stand in for a message.
    static let logBytes = 2048
    static let logLines = 80

    /// - Parameters:
    ///   - file: The newest bytes of the message file.
    ///   - logTail: The log's last `logLines` lines.
    static func text(file: [UInt8], logTail: [UInt8], policy: String?, exitCode: Int32) -> String? {
        if !file.isEmpty { return String(decoding: file, as: UTF8.self) }
        guard policy == "FallbackToLogsOnError", exitCode != 0, !logTail.isEmpty else { return nil }
        return String(decoding: logTail.suffix(logBytes), as: UTF8.self)
    }
}

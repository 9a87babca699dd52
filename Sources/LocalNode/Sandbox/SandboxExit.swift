// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesMeta

/// How a sandbox ended.
package struct SandboxExit: Sendable, Hashable {
    /// The program's own code, 128 + n after signal n.
    package var exitCode: Int32
    /// Why the program never ran; nil when it did.
    package var startFailure: String?
    /// The sandbox was killed because it held more memory than its limit.
    package var isOutOfMemory: Bool
    /// The newest bytes of the termination message file, at most `SandboxExit.maximumMessage`.
    package var message: [UInt8]
    package var finishedAt: MicroTime

    /// Bytes of a termination message that a kubelet keeps.
    package static let maximumMessage = 4096

    package init(exitCode: Int32, startFailure: String?, isOutOfMemory: Bool, message: [UInt8], finishedAt: MicroTime) {
        self.exitCode = exitCode
        self.startFailure = startFailure
        self.isOutOfMemory = isOutOfMemory
        self.message = message
        self.finishedAt = finishedAt
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient

/// Something that goes wrong with one exchange.
public enum Fault: Sendable {
    /// The request does not reach the server.
    case fail(TransportError.Code)
    /// The server does what it was asked for, but the answer gets lost.
    case loseAnswer(TransportError.Code)
    /// The server answers with this Status instead of doing anything.
    case status(code: Int, reason: String, retryAfter: Int? = nil)
    /// The answer's body breaks off after so many bytes.
    case truncate(afterBytes: Int)
    /// Bytes are put in front of the answer's body.
    case garbage([UInt8])
    /// The exchange is held until the gate is opened.
    case hold(FaultGate)
}

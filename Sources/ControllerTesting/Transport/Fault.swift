// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient

/// Something that goes wrong with one exchange.
public enum Fault: Sendable {
    /// The request does not reach the server.
    case fail(TransportError.Code)
    /// The request is swallowed and nothing comes back, until the exchange's own limit or its cancellation ends it.
    case drop
    /// The request reaches the server so much later.
    case delay(Duration)
    /// The server gets the request twice; the second answer counts.
    case duplicate
    /// The server does what it was asked for, but the answer gets lost.
    case loseAnswer(TransportError.Code)
    /// The server answers with this Status instead of doing anything.
    case status(code: Int, reason: String, message: String = "fault", retryAfter: Int? = nil)
    /// The answer's body breaks off after so many bytes.
    case truncate(afterBytes: Int)
    /// The end of the connection overtakes what was sent before it: after so many bytes the body ends in good order, the rest is lost.
    case closeEarly(afterBytes: Int)
    /// Bytes are put in front of the answer's body.
    case garbage([UInt8])
    /// Each line of the body, in a watch each event, comes twice.
    case repeatLines
    /// After so many lines of the body, in a watch events, comes an ERROR event with this Status, and the end.
    case errorEvent(code: Int, reason: String, afterLines: Int)
    /// The body is read so slowly: at most so many bytes at once, so long after the last.
    case slowReader(bytes: Int, every: Duration)
    /// The exchange is held until the gate is opened.
    case hold(FaultGate)
}

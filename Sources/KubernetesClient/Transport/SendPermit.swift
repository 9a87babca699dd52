// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The last word on a request, which the transport asks for right before the request leaves: between the call of
/// ``HTTPTransport/send(_:body:options:)`` and that moment it may have waited for its turn, for credentials, for a connection, or for a
/// process that stood still.
///
/// Two permits are equal when one is a copy of the other.
public struct SendPermit: Sendable, Hashable {
    private final class Question: Sendable {
        let refusal: @Sendable () -> TransportError?

        init(_ refusal: @escaping @Sendable () -> TransportError?) { self.refusal = refusal }
    }

    private let question: Question

    /// A permit that is given as long as `refusal` returns nil.
    ///
    /// - Parameter refusal: Why the request may not be sent any more; the exchange ends with this error and is not repeated. It is called on
    ///   whatever thread sends, so it must not wait; more than once when a request is sent anew, and not again after it has refused.
    public init(_ refusal: @escaping @Sendable () -> TransportError?) { question = Question(refusal) }

    /// Asks.
    ///
    /// - Throws: Why the request may not be sent.
    public func check() throws(TransportError) {
        if let refusal = question.refusal() { throw refusal }
    }

    public static func == (lhs: SendPermit, rhs: SendPermit) -> Bool { lhs.question === rhs.question }

    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(question)) }
}

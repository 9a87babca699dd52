// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// When a request is sent again: only when the server asks for it with Retry-After, or when a read broke before its answer came.
///
/// The rule is that of client-go's `rest` package, with bounds: a server that asks for more than ``maximumDelay`` gets no second try, the
/// caller hears of it.
public struct RetryPolicy: Sendable, Hashable {
    /// How often a request is sent at most, the first time included.
    public var maximumAttempts: Int
    /// The longest wait that is granted.
    public var maximumDelay: Duration

    /// A policy with these bounds.
    public init(maximumAttempts: Int, maximumDelay: Duration) {
        self.maximumAttempts = maximumAttempts
        self.maximumDelay = maximumDelay
    }

    /// Ten tries, waits of up to 10 s.
    public static let `default` = RetryPolicy(maximumAttempts: 10, maximumDelay: .seconds(10))

    /// One try.
    public static let never = RetryPolicy(maximumAttempts: 1, maximumDelay: .zero)

    /// How a try came out.
    enum Outcome: Sendable {
        case answer(status: Int, retryAfter: Duration?)
        case broken(TransportError.Code)
    }

    /// How long to wait before the next try; nil when there is none.
    ///
    /// - Parameters:
    ///   - attempt: The number of the try that came out so, from 1.
    ///   - isRead: Whether the request changes nothing.
    func delay(after outcome: Outcome, attempt: Int, isRead: Bool) -> Duration? {
        guard attempt < maximumAttempts else { return nil }
        switch outcome {
        case .answer(let status, let retryAfter?) where status == 429 || (500...599).contains(status):
            return retryAfter <= maximumDelay ? retryAfter : nil
        case .broken(.closed) where isRead:
            // The connection was reused and the server had just closed it: the next one is new. More than once is no coincidence.
            return attempt == 1 ? .zero : nil
        default:
            return nil
        }
    }
}

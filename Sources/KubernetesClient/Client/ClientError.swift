// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Why a call of ``KubernetesClient`` failed.
public struct ClientError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure this is.
    public var code: Code

    /// What was asked for, what is wrong, and what to do where that is known.
    public var message: String

    /// The server's answer, when ``code`` is `status`.
    public var status: Status?

    /// The cause: a ``TransportError`` or a `JSONError`.
    public var underlying: (any Error)?

    /// How long the server asks to wait before the next try.
    public var retryAfter: Duration?

    /// An error with these parts.
    public init(
        _ code: Code,
        _ message: String,
        status: Status? = nil,
        underlying: (any Error)? = nil,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.underlying = underlying
        self.retryAfter = retryAfter
    }

    public var description: String { message }

    /// A kind of failure. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case status, transport, timedOut, canceled, unreadableAnswer, tooLarge, invalidRequest, configuration
        }
        private let kind: Kind

        /// The server answered with an error.
        public static let status = Code(kind: .status)
        /// There was no whole answer; the request may have taken effect all the same.
        public static let transport = Code(kind: .transport)
        /// A time limit on this side passed; the request may have taken effect all the same.
        public static let timedOut = Code(kind: .timedOut)
        /// The calling task was cancelled; the request may have taken effect all the same.
        public static let canceled = Code(kind: .canceled)
        /// The server's answer is not what it should be.
        public static let unreadableAnswer = Code(kind: .unreadableAnswer)
        /// The answer is larger than this side accepts.
        public static let tooLarge = Code(kind: .tooLarge)
        /// The call makes no sense; nothing was sent.
        public static let invalidRequest = Code(kind: .invalidRequest)
        /// The kubeconfig, or a file that it names, cannot be used.
        public static let configuration = Code(kind: .configuration)

        public var description: String { kind.rawValue }
    }
}

extension ClientError {
    /// The HTTP status of the answer, nil when there was none.
    public var statusCode: Int? { status?.code.map(Int.init) }

    /// The server's reason, for example `NotFound`; empty when there is none.
    public var reason: String { status?.reason ?? "" }

    /// The object does not exist.
    public var isNotFound: Bool { has(reason: "NotFound", or: 404) }
    /// An object of this name exists.
    public var isAlreadyExists: Bool { reason == "AlreadyExists" }
    /// The object has changed since it was read.
    public var isConflict: Bool { has(reason: "Conflict", or: 409) && !isAlreadyExists }
    /// The revision or the continue token is too old: list again.
    public var isGone: Bool { reason == "Expired" || has(reason: "Gone", or: 410) }
    /// The user may not do this.
    public var isForbidden: Bool { has(reason: "Forbidden", or: 403) }
    /// The credentials are missing or wrong.
    public var isUnauthorized: Bool { has(reason: "Unauthorized", or: 401) }
    /// The object breaks a rule of its kind.
    public var isInvalid: Bool { has(reason: "Invalid", or: 422) }
    /// The server asks to come back later.
    public var isTooManyRequests: Bool { has(reason: "TooManyRequests", or: 429) }
    /// The server could not answer in time, or this side did not wait longer.
    public var isTimeout: Bool { code == .timedOut || has(reason: "Timeout", or: 504) || reason == "ServerTimeout" }
    /// The server failed.
    public var isServerError: Bool { (statusCode ?? 0) >= 500 }
    /// The calling task was cancelled.
    public var isCanceled: Bool { code == .canceled }

    private func has(reason wanted: String, or code: Int) -> Bool {
        reason.isEmpty || reason == "Unknown" ? statusCode == code : reason == wanted
    }
}

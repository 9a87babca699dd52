// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where a wait for the state of one object stands. It is told how requests came out, and says what to send next and when.
struct ObjectWait: Sendable {
    enum Step: Sendable, Hashable {
        /// Read the object, by a list of the one name.
        case list
        /// Watch it from this revision on.
        case watch(from: String)
    }

    /// What to send next.
    private(set) var step = Step.list
    /// Lists and watches in a row that brought nothing.
    private var failures = 0

    /// A list has come; the object's state was not the one that is waited for.
    mutating func listed(revision: String) { step = .watch(from: revision) }

    /// An event or a bookmark has come.
    mutating func heard(revision: String?) {
        failures = 0
        if let revision, !revision.isEmpty { step = .watch(from: revision) }
    }

    /// The server has ended the watch, as it does from time to time.
    ///
    /// - Returns: How long to wait before the next request.
    mutating func ended() -> Duration { pause() }

    /// A list or a watch has failed. A revision that is too old means to list again.
    ///
    /// - Returns: How long to wait before the next request.
    /// - Throws: The error when the next request would end the same way.
    mutating func failed(_ error: ClientError) throws(ClientError) -> Duration {
        if error.isGone {
            step = .list
            return pause()
        }
        guard error.code == .transport || error.isTimeout || error.isTooManyRequests || error.isServerError else { throw error }
        return max(pause(), error.retryAfter ?? .zero)
    }

    /// None at first, then half a second, doubled up to 8 s.
    private mutating func pause() -> Duration {
        failures += 1
        return failures == 1 ? .zero : .milliseconds(500 << min(failures - 2, 4))
    }
}

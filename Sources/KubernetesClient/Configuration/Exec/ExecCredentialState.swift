// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Decides when a credential plugin is run: the logic of ``ExecCredentialSource``.
///
/// Credentials with an end are renewed when four fifths of their life have passed, others when the server refuses them. A plugin that fails
/// is left alone for a while, however many requests want credentials; what it gave before is used as long as it is good.
struct ExecCredentialState: Sendable {
    /// Credentials, with when they came.
    struct Held: Sendable, Hashable {
        let credential: ExecCredential
        /// Counts what the plugin has given; another number is another set of credentials.
        let generation: Int
        let receivedAt: Time

        func isGood(at now: Time) -> Bool { credential.expiration.map { now < $0 } ?? true }

        func isDue(at now: Time) -> Bool {
            guard let expiration = credential.expiration else { return false }
            return (now.seconds - receivedAt.seconds) * 5 >= (expiration.seconds - receivedAt.seconds) * 4
        }
    }

    /// Why the plugin is run.
    enum Reason: Sendable, Hashable {
        /// There are no good credentials, or they end soon.
        case due
        /// The server has refused those of this generation.
        case refused(generation: Int)
    }

    /// What a request does.
    enum Decision: Sendable, Hashable {
        case use(Held)
        /// Use these, which are still good, while the plugin runs.
        case useWhileRunning(Held)
        /// Wait for a run of the plugin.
        case run
        case fail(ExecCredentialError)
        /// There is nothing better than what the server has refused.
        case giveUp
    }

    /// How long a plugin that has failed is left alone, in seconds: while there are good credentials, and else.
    static let (longPause, shortPause): (Int64, Int64) = (10, 1)

    private var held: Held?
    private var failure: (error: ExecCredentialError, at: Time)?
    /// Set when the held credentials were asked for because the server had refused others.
    private var isReplacement = false

    /// For a request that needs credentials.
    func decision(at now: Time) -> Decision {
        if let held, held.isGood(at: now) {
            if !held.isDue(at: now) || recentFailure(at: now, within: Self.longPause) != nil { return .use(held) }
            return .useWhileRunning(held)
        }
        return recentFailure(at: now, within: Self.shortPause).map { .fail($0) } ?? .run
    }

    /// For a request whose credentials the server has refused.
    func decision(afterRefusalOf generation: Int, at now: Time) -> Decision {
        guard let held, held.generation == generation else { return decision(at: now) }
        if let error = recentFailure(at: now, within: Self.longPause) { return .fail(error) }
        // A server that refuses what came in place of refused credentials has another reason than their age.
        if isReplacement, Self.isRecent(held.receivedAt, at: now, within: Self.longPause) { return .giveUp }
        return .run
    }

    /// What makes a run for this reason needless: another one has ended in the meantime.
    func answer(to reason: Reason, at now: Time) -> Held? {
        guard let held, held.isGood(at: now) else { return nil }
        return switch reason {
        case .due: held.isDue(at: now) ? nil : held
        case .refused(let generation): held.generation == generation ? nil : held
        }
    }

    /// Notes what the plugin gave.
    mutating func succeeded(_ credential: ExecCredential, for reason: Reason, at now: Time) -> Held {
        let new = Held(credential: credential, generation: (held?.generation ?? 0) + 1, receivedAt: now)
        held = new
        failure = nil
        isReplacement = reason != .due
        return new
    }

    /// Notes that the plugin gave nothing.
    mutating func failed(_ error: ExecCredentialError, at now: Time) { failure = (error, now) }

    private func recentFailure(at now: Time, within seconds: Int64) -> ExecCredentialError? {
        failure.flatMap { Self.isRecent($0.at, at: now, within: seconds) ? $0.error : nil }
    }

    /// A clock that was set back makes nothing recent.
    private static func isRecent(_ time: Time, at now: Time, within seconds: Int64) -> Bool {
        (0..<seconds).contains(now.seconds - time.seconds)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import KubernetesMeta

/// Gives requests the credentials of a plugin, running it when ``ExecCredentialState`` says so, once for all who wait.
final class ExecCredentialSource: Sendable {
    typealias Held = ExecCredentialState.Held

    /// For messages.
    private let name: String
    private let apiVersion: ExecCredentialPlugin.APIVersion
    private let run: @Sendable () async throws(ExecCredentialError) -> [UInt8]
    private let wallNow: @Sendable () -> Time
    private let state = Locked(ExecCredentialState())
    private let flight = SingleFlight<Result<Held, ExecCredentialError>>()

    /// - Parameters:
    ///   - run: Runs the plugin and gives what it printed; must end by itself.
    ///   - wallNow: The calendar's time, of which expiration speaks.
    init(
        plugin: ExecCredentialPlugin,
        run: @escaping @Sendable () async throws(ExecCredentialError) -> [UInt8],
        wallNow: @escaping @Sendable () -> Time = ExecCredentialSource.systemNow
    ) {
        name = plugin.description
        apiVersion = plugin.apiVersion
        self.run = run
        self.wallNow = wallNow
    }

    /// Credentials for a request.
    ///
    /// - Parameter deadline: The request's; a run that takes longer goes on for the next one.
    func current(until deadline: ContinuousClock.Instant?) async throws(TransportError) -> Held {
        let now = wallNow()
        guard let held = try await follow(state.withLock { $0.decision(at: now) }, .due, deadline) else {
            throw TransportError(.credentials, "\(name) gave nothing")
        }
        return held
    }

    /// Others than those that the server has refused; nil when there are none.
    func renewed(after refused: Held, until deadline: ContinuousClock.Instant?) async throws(TransportError) -> Held? {
        let now = wallNow()
        let decision = state.withLock { $0.decision(afterRefusalOf: refused.generation, at: now) }
        do throws(TransportError) {
            return try await follow(decision, .refused(generation: refused.generation), deadline)
        } catch {
            guard error.code == .credentials else { throw error }
            throw TransportError(
                .credentials,
                "the server refuses the credentials (401), and there are no others: \(error.message)",
                underlying: error.underlying
            )
        }
    }

    /// Waits for the end of a run that goes on, if one does.
    func landed() async { await flight.landed() }

    /// Ends a run that goes on; nothing is run any more.
    func shutdown() async { await flight.shutdown() }

    private func follow(
        _ decision: ExecCredentialState.Decision,
        _ reason: ExecCredentialState.Reason,
        _ deadline: ContinuousClock.Instant?
    ) async throws(TransportError) -> Held? {
        switch decision {
        case .use(let held): return held
        case .useWhileRunning(let held):
            flight.start(refresh(reason))
            return held
        case .giveUp: return nil
        case .fail(let error): throw failure(error)
        case .run: break
        }
        switch await flight.value(until: deadline, refresh(reason)) {
        case .value(.success(let held)): return held
        case .value(.failure(let error)): throw failure(error)
        case .canceled: throw TransportError(.canceled, "the request was cancelled while it waited for \(name)")
        case .timedOut:
            throw TransportError(
                .timedOut,
                "\(name) did not end within the request's time; if it waits for a person, run it once by hand"
            )
        case .closed: throw TransportError(.closed, "the connection was shut down on this side while it waited for \(name)")
        }
    }

    private func refresh(_ reason: ExecCredentialState.Reason) -> @Sendable () async -> Result<Held, ExecCredentialError> {
        { [state, run, wallNow, apiVersion] in
            let begin = wallNow()
            if let held = state.withLock({ $0.answer(to: reason, at: begin) }) { return .success(held) }
            do throws(ExecCredentialError) {
                let output = try await run()
                let now = wallNow()
                let credential = try ExecCredential(parsing: output, apiVersion: apiVersion, now: now)
                return .success(state.withLock { $0.succeeded(credential, for: reason, at: now) })
            } catch {
                let now = wallNow()
                state.withLock { $0.failed(error, at: now) }
                return .failure(error)
            }
        }
    }

    private func failure(_ error: ExecCredentialError) -> TransportError {
        TransportError(.credentials, "\(name) \(error.message)", underlying: error)
    }

    @Sendable
    private static func systemNow() -> Time {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Time(seconds: Int64(time.tv_sec))
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta
import Testing

@testable import KubernetesClient

@Suite("The credentials of a plugin", .timeLimit(.minutes(1)))
struct ExecCredentialSourceTests {
    /// A plugin whose runs a test answers, and the calendar.
    private final class Plugin: Sendable {
        let runs = Locked(0)
        let seconds = Locked<Int64>(1_000_000)
        let life = Locked<Int64?>(nil)
        let error = Locked<ExecCredentialError?>(nil)
        /// Set when runs have to wait.
        let gate = Locked<Signal?>(nil)

        func run() async throws(ExecCredentialError) -> [UInt8] {
            let number = runs.withLock { runs in
                runs += 1
                return runs
            }
            await gate.withLock { $0 }?.wait()
            if let error = error.withLock({ $0 }) { throw error }
            let end = life.withLock { $0 }.map { #","expirationTimestamp":"\#(now + $0)""# } ?? ""
            return Array(
                #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t\#(number)"\#(end)}}"#
                    .utf8
            )
        }

        var now: Time { Time(seconds: seconds.withLock { $0 }) }

        func advance(_ seconds: Int64) { self.seconds.withLock { $0 += seconds } }
    }

    private let plugin: Plugin
    private let source: ExecCredentialSource

    init() {
        let plugin = Plugin()
        self.plugin = plugin
        source = ExecCredentialSource(
            plugin: ExecCredentialPlugin(command: "get-token"),
            run: { () throws(ExecCredentialError) in try await plugin.run() },
            wallNow: { plugin.now }
        )
    }

    private func token() async throws -> String? { try await source.current(until: nil).credential.token }

    @Test("are got by one run for twenty callers at the same time, and by none after that")
    func shared() async throws {
        let gate = Signal()
        plugin.gate.withLock { $0 = gate }
        let callers = (0..<20).map { _ in Task.immediate { try await source.current(until: nil).credential.token } }
        gate.set()
        for caller in callers { #expect(try await caller.value == "t1") }
        #expect(try await token() == "t1")
        #expect(plugin.runs.withLock { $0 } == 1)
    }

    @Test("are renewed beside the requests when four fifths of their life have passed")
    func renewal() async throws {
        plugin.life.withLock { $0 = 100 }
        #expect(try await token() == "t1")
        plugin.advance(80)
        let gate = Signal()
        plugin.gate.withLock { $0 = gate }
        // Neither waits for the run that the first one starts.
        #expect(try await token() == "t1")
        #expect(try await token() == "t1")
        gate.set()
        await source.landed()
        #expect(try await token() == "t2")
        #expect(plugin.runs.withLock { $0 } == 2)
    }

    @Test("stay in use when they cannot be renewed, until they end")
    func failedRenewal() async throws {
        plugin.life.withLock { $0 = 100 }
        #expect(try await token() == "t1")
        plugin.advance(80)
        plugin.error.withLock { $0 = ExecCredentialError(.failed, "failed: no network") }
        #expect(try await token() == "t1")
        await source.landed()
        #expect(try await token() == "t1")
        #expect(plugin.runs.withLock { $0 } == 2)
        plugin.advance(20)
        let error = try await failure { () throws(TransportError) in try await source.current(until: nil) }
        #expect(error.code == .credentials)
        #expect(error.message == "the credential plugin get-token failed: no network")
        #expect(plugin.runs.withLock { $0 } == 3)
        plugin.error.withLock { $0 = nil }
        plugin.advance(1)
        #expect(try await token() == "t4")
    }

    @Test("that the server refuses are renewed once for all who were refused")
    func refusal() async throws {
        let first = try await source.current(until: nil)
        let gate = Signal()
        plugin.gate.withLock { $0 = gate }
        let callers = (0..<20).map { _ in Task.immediate { try await source.renewed(after: first, until: nil)?.credential.token }
        }
        gate.set()
        for caller in callers { #expect(try await caller.value == "t2") }
        #expect(plugin.runs.withLock { $0 } == 2)
        let second = try await source.current(until: nil)
        #expect(try await source.renewed(after: second, until: nil) == nil)
        #expect(plugin.runs.withLock { $0 } == 2)
    }

    @Test("that the server refuses and that cannot be renewed are both told")
    func refusalWithoutRenewal() async throws {
        let first = try await source.current(until: nil)
        plugin.error.withLock { $0 = ExecCredentialError(.failed, "failed") }
        let error = try await failure { () throws(TransportError) in try await source.renewed(after: first, until: nil) }
        #expect(error.message.contains("401") && error.message.contains("get-token failed"))
        #expect(error.underlying as? ExecCredentialError == ExecCredentialError(.failed, "failed"))
    }

    @Test("that come too late for a request serve the next one")
    func late() async throws {
        let gate = Signal()
        plugin.gate.withLock { $0 = gate }
        let error = try await failure { () throws(TransportError) in try await source.current(until: .now) }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("get-token did not end within the request's time"))
        gate.set()
        await source.landed()
        #expect(try await token() == "t1")
        #expect(plugin.runs.withLock { $0 } == 1)
    }

    @Test("are waited for no longer by one that is canceled, or after the shutdown")
    func canceled() async throws {
        let gate = Signal()
        plugin.gate.withLock { $0 = gate }
        let caller = Task.immediate { try await source.current(until: nil) }
        caller.cancel()
        let canceled = await #expect(throws: TransportError.self) { try await caller.value }
        #expect(canceled?.code == .canceled)
        let other = Task.immediate { try await source.current(until: nil) }
        gate.set()
        await source.shutdown()
        let closed = await #expect(throws: TransportError.self) { try await other.value }
        #expect(closed?.code == .closed)
    }
}

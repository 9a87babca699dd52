// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("An exchange between a loop and its reader")
struct ExchangeStateTests {
    typealias State = ExchangeState<Int, Int>

    private func receive(_ state: inout State, _ text: String) -> State.Reception {
        Array(text.utf8).withUnsafeBytes { state.receive($0) }
    }

    private func text(_ result: State.BodyResult?) -> String? {
        guard case .success(let bytes?)? = result else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func isNil<Value>(_ value: Value?) -> Bool { if case nil = value { true } else { false } }

    private func isEnd(_ result: State.BodyResult?) -> Bool {
        if case .success(nil)? = result { true } else { false }
    }

    private func failure<Value>(_ result: Result<Value, TransportError>?) -> TransportError.Code? {
        if case .failure(let error)? = result { error.code } else { nil }
    }

    @Test("a small answer wakes its reader once, and nothing of it is lost")
    func wakesOnce() {
        var state = State(limit: 100, overflow: .fails)
        #expect(isNil(state.waitForHead(1)))
        #expect(isNil(state.wake()))
        state.receive(head: HTTPResponse(status: .ok))
        #expect(receive(&state, "body") == .accepted)
        state.finish(.success(()))
        guard case .head(1, .success(let head))? = state.wake() else {
            Issue.record("the reader should get the head")
            return
        }
        #expect(head.status == .ok)
        #expect(isNil(state.wake()))
        #expect(text(state.waitForBody(2)) == "body")
        #expect(isEnd(state.waitForBody(3)))
    }

    @Test("bytes that came before an error are read before it")
    func errorComesLast() {
        var state = State(limit: 100, overflow: .fails)
        #expect(receive(&state, "half") == .accepted)
        state.finish(.failure(TransportError(.closed, "")))
        state.finish(.success(()))
        #expect(text(state.takeBody()) == "half")
        #expect(failure(state.takeBody()) == .closed)
    }

    @Test("a reader that is too slow gets what was there and then tooLarge")
    func overflowFails() {
        var state = State(limit: 4, overflow: .fails)
        #expect(receive(&state, "1234") == .accepted)
        #expect(receive(&state, "5") == .refused)
        state.finish(.success(()))
        #expect(text(state.takeBody()) == "1234")
        #expect(failure(state.takeBody()) == .tooLarge)
    }

    @Test("a stream's sender waits for room, and a piece larger than the limit passes when all is read")
    func overflowWaits() {
        var state = State(limit: 4, overflow: .waits)
        #expect(receive(&state, "123") == .accepted)
        #expect(receive(&state, "45") == .full)
        #expect(state.writerIsBlocked)
        #expect(text(state.takeBody()) == "123")
        #expect(receive(&state, "456789") == .accepted)
        #expect(!state.writerIsBlocked)
    }

    @Test("abandoning wakes the one who waits, forgets the bytes, and happens once")
    func abandons() {
        var state = State(limit: 100, overflow: .fails)
        #expect(isNil(state.waitForHead(1)))
        let first = state.abandon(TransportError(.canceled, ""))
        #expect(first.wasRunning)
        guard case .head(1, .failure(let error))? = first.wake else {
            Issue.record("the waiting reader should hear of it")
            return
        }
        #expect(error.code == .canceled)
        let second = state.abandon(TransportError(.closed, ""))
        #expect(!second.wasRunning && isNil(second.wake))
        #expect(receive(&state, "late") == .refused)
        #expect(failure(state.takeBody()) == .canceled)
    }

    @Test("an answer that is abandoned before it was read does not look like an empty one")
    func abandonedUnread() {
        var state = State(limit: 100, overflow: .fails)
        state.receive(head: HTTPResponse(status: .ok))
        #expect(receive(&state, "body") == .accepted)
        state.finish(.success(()))
        #expect(!state.abandon(TransportError(.canceled, "")).wasRunning)
        #expect(failure(state.takeBody()) == .canceled)
    }

    @Test("an answer that was read whole stays whole when it is dropped")
    func abandonedAfterwards() {
        var state = State(limit: 100, overflow: .fails)
        #expect(receive(&state, "body") == .accepted)
        state.finish(.success(()))
        #expect(text(state.takeBody()) == "body")
        _ = state.abandon(TransportError(.canceled, ""))
        #expect(isEnd(state.takeBody()))
    }

    @Test("cancellation before the reader waits is not missed")
    func abandonedBeforeWaiting() {
        var state = State(limit: 100, overflow: .fails)
        _ = state.abandon(TransportError(.canceled, ""))
        #expect(failure(state.waitForHead(1)) == .canceled)
        #expect(failure(state.waitForBody(1)) == .canceled)
    }

    @Test("a second reader is told that it is one too many")
    func secondReader() {
        var state = State(limit: 100, overflow: .fails)
        #expect(isNil(state.waitForBody(1)))
        #expect(failure(state.waitForBody(2)) == .other)
        #expect(receive(&state, "x") == .accepted)
        guard case .body(1, let result)? = state.wake() else {
            Issue.record("the first reader should get the bytes")
            return
        }
        #expect(text(result) == "x")
    }
}

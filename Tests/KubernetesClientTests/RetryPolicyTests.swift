// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubernetesClient

@Suite("When a request is sent again")
struct RetryPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let outcome: RetryPolicy.Outcome
        var attempt = 1
        var isRead = false
        let expected: Duration?
        var testDescription: String { what }
    }

    @Test(
        "the server's word decides, within bounds",
        arguments: [
            Case(what: "429 with Retry-After", outcome: .answer(status: 429, retryAfter: .seconds(2)), expected: .seconds(2)),
            Case(what: "503 with Retry-After", outcome: .answer(status: 503, retryAfter: .seconds(1)), expected: .seconds(1)),
            Case(what: "500 without", outcome: .answer(status: 500, retryAfter: nil), expected: nil),
            Case(what: "429 without", outcome: .answer(status: 429, retryAfter: nil), expected: nil),
            Case(what: "409 with", outcome: .answer(status: 409, retryAfter: .seconds(1)), expected: nil),
            Case(what: "200 with", outcome: .answer(status: 200, retryAfter: .seconds(1)), expected: nil),
            Case(what: "too long a wait", outcome: .answer(status: 429, retryAfter: .seconds(11)), expected: nil),
            Case(what: "last try", outcome: .answer(status: 429, retryAfter: .seconds(1)), attempt: 10, expected: nil),
            Case(what: "a read that broke", outcome: .broken(.closed), isRead: true, expected: .zero),
            Case(what: "a read that broke twice", outcome: .broken(.closed), attempt: 2, isRead: true, expected: nil),
            Case(what: "a write that broke", outcome: .broken(.closed), expected: nil),
            Case(what: "nobody listens", outcome: .broken(.refused), isRead: true, expected: nil),
            Case(what: "cancelled", outcome: .broken(.canceled), isRead: true, expected: nil),
        ]
    )
    func table(_ row: Case) {
        #expect(RetryPolicy.default.delay(after: row.outcome, attempt: row.attempt, isRead: row.isRead) == row.expected)
    }

    @Test("never means once")
    func never() {
        #expect(RetryPolicy.never.delay(after: .answer(status: 429, retryAfter: .zero), attempt: 1, isRead: true) == nil)
        #expect(RetryPolicy.never.delay(after: .broken(.closed), attempt: 1, isRead: true) == nil)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesClient
import KubernetesMeta
import Testing

@Suite("What the reflector makes of errors")
struct ReflectorFailureTests {
    typealias Kind = ReflectorFailure.Kind

    @Test(
        "410 in all its forms is an expired revision, and only that",
        arguments: [
            (410, "Expired", Kind.expired), (410, "Gone", .expired), (410, nil, .expired), (nil, "Expired", .expired),
            (200, "Expired", .expired), (500, "Expired", .expired), (nil, "Gone", .expired), (410, "", .expired),
            (410, "Unknown", .expired), (409, "Conflict", .server), (nil, nil, .server),
        ] as [(Int32?, String?, Kind)]
    )
    func expired(code: Int32?, reason: String?, kind: Kind) {
        var status = Status()
        status.code = code
        status.reason = reason
        status.message = "too old resource version: 1 (7)"
        #expect(ReflectorFailure(status).kind == kind, "in the stream")
        #expect(ReflectorFailure(ClientError(.status, "m", status: status)).kind == kind, "as an answer")
    }

    @Test("a revision that the server has not reached: by its cause, or in the words of older servers")
    func tooLarge() {
        var status = Status()
        status.code = 504
        status.reason = "Timeout"
        status.message = "the server timed out"
        #expect(ReflectorFailure(status).kind == .server)
        let cause = StatusCause(message: "Too large resource version", reason: "ResourceVersionTooLarge")
        status.details = StatusDetails(causes: [cause])
        #expect(ReflectorFailure(status).kind == .revisionTooLarge)
        status.details = nil
        status.message = "Timeout: Too large resource version: 99, current: 7"
        #expect(ReflectorFailure(status).kind == .revisionTooLarge)
    }

    @Test(
        "answers by their code",
        arguments: [
            (401, Kind.forbidden), (403, .forbidden), (404, .missingKind), (429, .throttled), (500, .server), (503, .server),
            (504, .server), (400, .refused), (422, .refused),
        ] as [(Int32, Kind)]
    )
    func answers(code: Int32, kind: Kind) {
        var status = Status()
        status.code = code
        #expect(ReflectorFailure(ClientError(.status, "m", status: status, retryAfter: .seconds(3))).kind == kind)
        #expect(ReflectorFailure(ClientError(.status, "m", status: status, retryAfter: .seconds(3))).retryAfter == .seconds(3))
    }

    @Test(
        "broken exchanges by what broke",
        arguments: [
            (TransportError.Code.refused, Kind.unreachable), (.unreachable, .unreachable), (.tls, .unreachable),
            (.closed, .disconnected), (.timedOut, .disconnected), (.tooLarge, .overflow), (.protocolViolation, .garbled),
        ] as [(TransportError.Code, Kind)]
    )
    func exchanges(code: TransportError.Code, kind: Kind) {
        let error = TransportError(code, "m")
        #expect(ReflectorFailure(ClientError(.transport, "m", underlying: error)).kind == kind)
    }
}

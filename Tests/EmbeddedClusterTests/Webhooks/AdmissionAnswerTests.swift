// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("What a webhook answers")
struct AdmissionAnswerTests {
    static func answer(_ response: JSONValue?, kind: JSONValue = "AdmissionReview", version: JSONValue = "admission.k8s.io/v1")
        -> WebhookAnswer
    {
        var review: JSONObject = ["kind": kind, "apiVersion": version]
        if let response { review["response"] = response }
        return WebhookAnswer(
            body: JSONValue.object(JSONObject(review.filter { !$0.value.isNull }.map { ($0.key, $0.value) })).serialized()
        )
    }

    static func failure(_ answer: WebhookAnswer, isMutating: Bool = true) -> String? {
        do throws(WebhookFailure) {
            _ = try AdmissionAnswer(answer, uid: "u", webhook: "w", isMutating: isMutating)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "an answer that is no review of the question is a failure, with a real server's words",
        arguments: [
            (["uid": "other", "allowed": true], "received invalid webhook response: expected response.uid=\"u\", got \"other\""),
            (["allowed": true], "received invalid webhook response: expected response.uid=\"u\", got \"\""),
            (nil, "received invalid webhook response: webhook response was absent"),
            (.null, "received invalid webhook response: webhook response was absent"),
            (
                ["uid": "u", "allowed": "yes"],
                "failed to call webhook: json: cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of type bool"
            ),
            (
                ["uid": "u", "warnings": [1]],
                "failed to call webhook: json: cannot unmarshal number into Go struct field AdmissionResponse.response.warnings of type string"
            ),
            (
                ["uid": "u", "patch": "W10=", "patchType": ""],
                "received invalid webhook response: webhook returned invalid response.patchType of \"\""
            ),
        ] as [(JSONValue?, String)]
    )
    func malformed(response: JSONValue?, reason: String) {
        #expect(Self.failure(Self.answer(response)) == reason)
    }

    @Test("a validating webhook may not patch, whatever the patch's type")
    func validatingPatch() {
        let allowed: JSONObject = ["uid": "u", "allowed": true]
        var typed = allowed
        typed["patchType"] = "JSONPatch"
        let reason = "received invalid webhook response: validating webhook may not return response.patchType"
        #expect(Self.failure(Self.answer(.object(typed)), isMutating: false) == reason)
        #expect(Self.failure(Self.answer(.object(allowed)), isMutating: false) == nil)
    }

    @Test("a review without a kind is none, although it is read")
    func untyped() {
        let reason =
            "received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got "
        let response: JSONValue = ["uid": "u", "allowed": true]
        #expect(Self.failure(Self.answer(response, kind: .null)) == reason + "admission.k8s.io/v1, Kind=")
        #expect(Self.failure(Self.answer(response, version: .null)) == reason + "/, Kind=AdmissionReview")
    }

    @Test(
        "an HTTP failure is told as client-go does",
        arguments: [
            (400, "the server rejected our request for an unknown reason"),
            (401, "the server has asked for the client to provide credentials"),
            (403, "unknown"), (404, "the server could not find the requested resource"),
            (429, "the server has received too many requests and has asked us to try again later"),
            (418, "the server responded with the status code 418 but did not return more information"),
            (302, "the server responded with the status code 302 but did not return more information"),
            (502, "an error on the server (\"unknown\") has prevented the request from succeeding"),
            (503, "the server is currently unable to handle the request"),
        ]
    )
    func http(status: Int, text: String) {
        #expect(Self.failure(WebhookAnswer(status: status, body: Array("x".utf8))) == "failed to call webhook: " + text)
    }

    @Test("the text of a failure is repeated, and a Status speaks for itself")
    func httpText() {
        let text = WebhookAnswer(status: 500, contentType: "text/plain; charset=utf-8", body: Array(" it broke\n".utf8))
        #expect(
            Self.failure(text)
                == "failed to call webhook: an error on the server (\"it broke\") has prevented the request from succeeding"
        )
        let status: JSONValue = ["kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "not you"]
        #expect(Self.failure(WebhookAnswer(status: 403, body: status.serialized())) == "failed to call webhook: not you")
    }

    @Test("a document that breaks off is told where it breaks")
    func broken() {
        let reason = Self.failure(WebhookAnswer(body: Array("{\"kind\":".utf8)))
        #expect(
            reason == "failed to call webhook: couldn't get version/kind; json parse error: unexpected end of JSON input"
        )
    }

    @Test(
        "the status of a refusal is an error, whatever the webhook says",
        arguments: [(0, 400), (200, 400), (399, 400), (400, 400), (418, 418), (599, 599), (600, 500), (9_999_999_999, 500)]
            as [(Int64, Int)]
    )
    func codes(given: Int64, expected: Int) throws {
        let denial = AdmissionAnswer.denial(["code": .int(given), "message": "no"], by: "w")
        #expect(denial.code == expected)
        #expect(denial.message == "admission webhook \"w\" denied the request: no")
    }
}

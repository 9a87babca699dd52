// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The AdmissionReview that a webhook answers with, read as strictly as a real server does
/// (`webhook/request.VerifyAdmissionResponse`).
struct AdmissionAnswer: Sendable {
    let verdict: WebhookVerdict
    let warnings: [String]

    /// - Parameters:
    ///   - uid: That of the question.
    ///   - webhook: The name, for refusals.
    init(_ answer: WebhookAnswer, uid: String, webhook: String, isMutating: Bool) throws(WebhookFailure) {
        let review = try Self.review(answer)
        guard let response = review["response"]?.nonNull else { throw .response("webhook response was absent") }
        let content = try ResponseContent(response)
        guard content.uid == uid else {
            throw .response("expected response.uid=\(GoText.quoted(uid)), got \(GoText.quoted(content.uid))")
        }
        guard review["kind"]?.string != nil, review["apiVersion"]?.string != nil else {
            let version = (review["apiVersion"]?.string ?? "").split(separator: "/", omittingEmptySubsequences: false)
            let group = version.count == 2 ? version[0] : ""
            throw .response(
                "expected webhook response of \(AdmissionReview.apiVersion), Kind=AdmissionReview, got \(group)/\(version.last ?? ""), "
                    + "Kind=\(review["kind"]?.string ?? "")"
            )
        }
        try Self.checkPatch(content, isMutating: isMutating)
        warnings = content.warnings
        verdict =
            content.isAllowed
            ? .allowed(patch: isMutating ? content.patch : [], type: content.patchType ?? "")
            : .denied(Self.denial(content.status, by: webhook))
    }

    private static func checkPatch(_ content: ResponseContent, isMutating: Bool) throws(WebhookFailure) {
        guard isMutating else {
            if !content.patch.isEmpty { throw .response("validating webhook may not return response.patch") }
            if content.patchType != nil { throw .response("validating webhook may not return response.patchType") }
            return
        }
        if !content.patch.isEmpty, content.patchType == nil {
            throw .response("webhook returned response.patch but not response.patchType")
        }
        if content.patch.isEmpty, content.patchType != nil {
            throw .response("webhook returned response.patchType but not response.patch")
        }
        if content.patchType == "" { throw .response("webhook returned invalid response.patchType of \"\"") }
    }

    // MARK: The document

    private static func review(_ answer: WebhookAnswer) throws(WebhookFailure) -> JSONValue {
        guard (200...206).contains(answer.status) else { throw .call(HTTPFailureText.text(for: answer)) }
        guard !answer.body.isEmpty else {
            throw .call("0-length response with status code: \(answer.status) and content type: \(answer.contentType)")
        }
        let review = try document(answer.body)
        let kind = review["kind"]?.string ?? "AdmissionReview"
        let version = review["apiVersion"]?.string ?? AdmissionReview.apiVersion
        if kind == "AdmissionReview", version == "admission.k8s.io/v1beta1" {
            throw .call("converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion")
        }
        guard kind == "AdmissionReview", version == AdmissionReview.apiVersion else {
            throw .call(
                "no kind \(GoText.quoted(kind)) is registered for version \(GoText.quoted(version)) in scheme "
                    + "\"k8s.io/apiserver/pkg/util/webhook/client.go:71\""
            )
        }
        return review
    }

    private static func document(_ body: [UInt8]) throws(WebhookFailure) -> JSONValue {
        let prefix = "couldn't get version/kind; json parse error: "
        let type =
            "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }"
        let document: JSONValue
        do {
            document = try JSONValue(parsing: body)
        } catch {
            let first = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            let isBroken = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || first == UInt8(ascii: "\"")
            // A real server reads what is no JSON as YAML, where a word is a string.
            throw .call(
                prefix
                    + (isBroken ? GoJSONSyntax.message(for: body) : "json: cannot unmarshal string into Go value of type " + type)
            )
        }
        guard document.object != nil || document.isNull else {
            throw .call(prefix + "json: cannot unmarshal \(document.goKind) into Go value of type " + type)
        }
        return document
    }

    // MARK: Denials

    /// The Status that the client gets (`webhook/errors.ToStatusErr`).
    static func denial(_ status: JSONValue?, by webhook: String) -> StatusError {
        let denied = "admission webhook \(GoText.quoted(webhook)) denied the request"
        let message = status?.text("message") ?? ""
        let reason = status?.text("reason") ?? ""
        let code = status?.integer("code") ?? 0
        return StatusError(
            code: (400...599).contains(code) ? Int(code) : code < 400 ? 400 : 500,
            reason: reason,
            message: !message.isEmpty
                ? "\(denied): \(message)" : !reason.isEmpty ? "\(denied): \(reason)" : "\(denied) without explanation",
            details: status?["details"]?.nonNull
        )
    }
}

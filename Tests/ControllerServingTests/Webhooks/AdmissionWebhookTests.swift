// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import ControllerTesting
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import ControllerServing

@Suite("Admission webhooks", .timeLimit(.minutes(1)))
struct AdmissionWebhookTests {
    static let path = "/validate-lights-example-v1-lamp"
    let environment = RuntimeEnvironment(logger: ControllerServerTests.logger)

    func responder(_ webhooks: [Webhook], options: WebhookServerOptions = WebhookServerOptions()) throws -> WebhookResponder {
        try WebhookResponder(webhooks: webhooks, options: options, environment: environment)
    }

    func validate(_ review: JSONValue) async throws -> JSONValue? {
        try await responder([.validating(LampRules())]).review(Self.path, review)["response"]
    }

    @Test("are served at kubebuilder's paths")
    func paths() {
        #expect(Webhook.validating(LampRules()).path == Self.path)
        #expect(Webhook.defaulting(LampDefaults()).path == "/mutate-lights-example-v1-lamp")
    }

    @Test("an object that breaks no rule is allowed, with warnings and audit annotations; unknown fields do no harm")
    func allowed() async throws {
        #expect(
            try await validate(Reviews.admission("CREATE", object: Reviews.lamp(["new": true]))) == [
                "uid": "705ab4f5", "allowed": true, "warnings": ["a lamp without watts is dark"],
                "auditAnnotations": ["watts": "0"],
            ]
        )
    }

    @Test(
        "a denial comes back as a Status, and any other error as one with 500",
        arguments: [
            (1000, 403, "Forbidden", "lamps/desk: too bright; use less than 1000 W"),
            (-1, 422, "Invalid", "watts: must not be negative"),
            (13, 500, "InternalError", "the webhook \(path) failed: the light meter is broken"),
            (66, 500, "InternalError", "the webhook \(path) failed: CancellationError()"),
        ]
    )
    func denied(watts: Int, code: Int, reason: String, message: String) async throws {
        let response = try await validate(Reviews.admission("CREATE", object: Reviews.lamp(["watts": .int(watts)])))
        #expect(response?["allowed"] == false)
        #expect(response?["uid"] == "705ab4f5")
        #expect(response?["status"]?["code"] == .int(code))
        #expect(response?["status"]?["reason"] == .string(reason))
        #expect(response?["status"]?["message"] == .string(message))
        #expect(response?["status"]?["status"] == "Failure")
        if code == 422 { #expect(response?["status"]?["details"]?["causes"]?[0]?["field"] == "watts") }
    }

    @Test("updates see the old object, deletions see what is deleted and whether it is a dry run")
    func operations() async throws {
        let (one, two) = (Reviews.lamp(["watts": 1]), Reviews.lamp(["watts": 2]))
        #expect(try await validate(Reviews.admission("UPDATE", object: one, old: one))?["allowed"] == true)
        let update = try await validate(Reviews.admission("UPDATE", object: two, old: one))
        #expect(update?["status"]?["message"] == "watts cannot be changed")
        let deletion = try await validate(Reviews.admission("DELETE", old: Reviews.lamp(["watts": 7]), dryRun: true))
        #expect(deletion?["allowed"] == false)
        #expect(deletion?["warnings"] == ["dry"])
        #expect(try await validate(Reviews.admission("DELETE", old: one))?["allowed"] == true)
        #expect(try await validate(Reviews.admission("CONNECT"))?["allowed"] == true)
    }

    @Test(
        "a request that does not fit the webhook is refused with what is wrong",
        arguments: [
            (Reviews.admission("CREATE"), "the request has no object"),
            (Reviews.admission("CREATE", object: Reviews.lamp(["watts": "many"])), "the object a/desk cannot be read as Lamp"),
            (Reviews.admission("CREATE", object: ["apiVersion": "v1", "kind": "Pod"]), "cannot be read as Lamp"),
            (Reviews.admission("UPDATE", object: Reviews.lamp()), "the request has no oldObject"),
            (Reviews.admission("PAINT"), "the operation 'PAINT' is not known here"),
        ]
    )
    func misfits(review: JSONValue, message: String) async throws {
        let response = try await validate(review)
        #expect(response?["status"]?["code"] == 400)
        #expect(response?["status"]?["message"]?.string?.contains(message) == true)
    }

    @Test("defaults go back as a patch of what changed, and unknown fields and nulls are left alone")
    func defaults() async throws {
        let responder = try responder([.defaulting(LampDefaults())])
        let object = Reviews.lamp([
            "metadata": ["name": "desk", "labels": .null, "newMeta": [1]], "watts": .null, "shade": ["colour": "red"],
        ])
        let response = try await responder.review("/mutate-lights-example-v1-lamp", Reviews.admission("CREATE", object: object))[
            "response"
        ]
        #expect(response?["patchType"] == "JSONPatch")
        let patch = try #require(response?["patch"]?.string.flatMap { Base64Data(text: $0) })
        let operations = try JSONValue(parsing: String(decoding: patch.bytes, as: UTF8.self)).array ?? []
        #expect(
            Set(operations) == [
                ["op": "add", "path": "/watts", "value": 40],
                ["op": "add", "path": "/metadata/labels", "value": ["lit/by": "ann"]],
            ]
        )
        for operation in ["DELETE", "CONNECT"] {
            let other = try await responder.review(
                "/mutate-lights-example-v1-lamp",
                Reviews.admission(operation, old: object)
            )["response"]
            #expect(other?["allowed"] == true)
            #expect(other?["patch"] == nil)
        }
        let full = Reviews.lamp(["metadata": ["name": "desk", "labels": ["lit/by": "ann"]], "watts": 3])
        let none = try await responder.review("/mutate-lights-example-v1-lamp", Reviews.admission("UPDATE", object: full))
        #expect(none["response"] == ["uid": "705ab4f5", "allowed": true])
    }

    @Test("notes are bounded, and cut between characters")
    func notes() async throws {
        let webhook = Webhook.admission(path: "/x") { context in
            for index in 0..<40 {
                context.warn(String(repeating: "é", count: 300))
                context.annotate("key\(index)", "v")
            }
            return .allowed
        }
        let response = try await responder([webhook]).review("/x", Reviews.admission("CREATE", object: Reviews.lamp()))[
            "response"
        ]
        #expect(response?["warnings"]?.array?.count == 32)
        #expect(response?["warnings"]?[0]?.string == String(repeating: "é", count: 128))
        #expect(response?["auditAnnotations"]?.object?.count == 32)
    }
}

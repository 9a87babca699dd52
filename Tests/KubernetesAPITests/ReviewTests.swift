// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPI
import Testing

@Suite("Admission and conversion reviews")
struct ReviewTests {
    @Test("what an API server sends to an admission webhook is read into typed fields")
    func admission() throws {
        let document = """
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1",
             "kind":{"group":"apps","version":"v1","kind":"Deployment"},
             "resource":{"group":"apps","version":"v1","resource":"deployments"},"subResource":"scale",
             "requestKind":{"group":"","version":"v1","kind":"Scale"},
             "name":"web","namespace":"shop","operation":"UPDATE",
             "userInfo":{"username":"ann","groups":["system:authenticated"],"extra":{"scope":["a"]}},
             "object":{"spec":{"replicas":3}},"oldObject":{"spec":{"replicas":2}},"dryRun":false,
             "options":{"kind":"UpdateOptions","apiVersion":"meta.k8s.io/v1"}}}
            """
        let request = try #require(try JSON.decode(AdmissionReview.self, from: Array(document.utf8)).request)
        #expect(request.kind == GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))
        #expect(request.resource == GroupVersionResource(Deployment.self))
        #expect(request.requestKind?.apiVersion == "v1")
        #expect(request.subResource == "scale")
        #expect(request.userInfo.extra?["scope"] == ["a"])
        #expect(request.object?["spec"]?["replicas"] == 3)
        #expect(request.oldObject?["spec"]?["replicas"] == 2)
        #expect(request.dryRun == false)
        #expect(request.unknownFields.isEmpty)
    }

    @Test("an answer is what an API server expects")
    func answer() {
        let review = AdmissionReview(
            response: AdmissionResponse(
                allowed: true,
                uid: "u-1",
                patch: Base64Data("[]".utf8),
                patchType: "JSONPatch",
                warnings: ["w"]
            )
        )
        #expect(
            JSONValue(encoding: review) == [
                "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
                "response": ["uid": "u-1", "allowed": true, "patch": "W10=", "patchType": "JSONPatch", "warnings": ["w"]],
            ]
        )
    }

    @Test("a review of another version is refused by name")
    func version() {
        let document = #"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}"#
        let error = #expect(throws: JSONError.self) { try JSON.decode(AdmissionReview.self, from: Array(document.utf8)) }
        #expect(error?.code == .wrongKind)
        #expect(error?.message.contains("v1beta1") == true)
    }

    @Test("a conversion is asked for and answered")
    func conversion() throws {
        let document = """
            {"kind":"ConversionReview","apiVersion":"apiextensions.k8s.io/v1","request":{"uid":"u-2","desiredAPIVersion":"example.com/v2",
             "objects":[{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"}}]}}
            """
        let request = try #require(try JSON.decode(ConversionReview.self, from: Array(document.utf8)).request)
        #expect(request.desiredAPIVersion == "example.com/v2")
        #expect(request.objects.first?["metadata"]?["name"] == "a")
        let answer = ConversionReview(
            response: ConversionResponse(convertedObjects: request.objects, result: Status(status: "Success"), uid: request.uid)
        )
        let json = JSONValue(encoding: answer)
        #expect(json["response"]?["result"]?["status"] == "Success")
        #expect(json["response"]?["convertedObjects"]?.array?.count == 1)
        #expect(json["request"] == nil)
    }
}

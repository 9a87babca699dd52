// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("A refused write of what a task needs")
struct CreateRefusalTests {
    @Test("is the task's end only when the same request will be refused again")
    func kinds() {
        let right =
            #"networkpolicies.networking.k8s.io "t-netpol" is forbidden: User "o" cannot patch resource "networkpolicies""#
        let rows: [(code: Int32, reason: String, message: String, refusal: CreateRefusal)] = [
            (403, "Forbidden", #"pods "t-pod" is forbidden: exceeded quota: q, requested: pods=1"#, .quota),
            (403, "Forbidden", #"pods "t-pod" is forbidden: violates PodSecurity "restricted:latest""#, .final),
            (403, "Forbidden", #"admission webhook "w" denied the request: no"#, .final),
            (400, "", #"admission webhook "w" denied the request: no"#, .final),
            (403, "Forbidden", #"pods "t-pod" is forbidden: status unknown for quota: q, resources: pods"#, .quota),
            (403, "Forbidden", #"pods "p" is forbidden: error looking up service account n/default: not found"#, .transient),
            (422, "Invalid", "Pod is invalid: spec.containers[0].env[0].name: Invalid value", .final),
            (403, "Forbidden", right, .transient),
            (403, "Forbidden", "unable to create new content in namespace n because it is being terminated", .transient),
            (404, "NotFound", #"namespaces "n" not found"#, .transient),
            (409, "Conflict", "the object has been modified", .transient),
            (429, "TooManyRequests", "too many requests", .transient),
            (500, "InternalError", "failed calling webhook", .transient),
        ]
        for row in rows {
            let status = Status(code: row.code, message: row.message, reason: row.reason, status: "Failure")
            #expect(CreateRefusal(ClientError(.status, row.message, status: status)) == row.refusal, "\(row.message)")
        }
        #expect(CreateRefusal(ClientError(.timedOut, "no answer")) == .transient)
    }
}

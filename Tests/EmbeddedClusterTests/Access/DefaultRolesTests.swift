// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import EmbeddedCluster

@Suite("Default roles")
struct DefaultRolesTests {
    func decide(_ path: String, _ method: HTTPRequest.Method, _ user: UserInfo) throws(StatusError) {
        var roles = AccessRoles()
        for (key, object) in DefaultRoles.objects { roles.apply(key, object) }
        let head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
        try roles.check(RequestAttributes(head), user)
    }

    static let alice = UserInfo(name: "alice", uid: "", groups: ["system:authenticated"])

    @Test(
        "what the default roles allow",
        arguments: [
            ("/healthz", .get, UserInfo.anonymous), ("/livez", .get, .anonymous), ("/readyz", .get, .anonymous),
            ("/version", .get, .anonymous), ("/apis", .get, alice),
            ("/openapi/v3/api/v1", .get, alice), ("/api/v1", .get, alice),
            ("/apis/authentication.k8s.io/v1/selfsubjectreviews", .post, alice), ("/api/v1/secrets", .get, .admin),
            ("/metrics", .get, .admin), ("/api/v1/namespaces/a", .delete, .admin),
        ] as [(String, HTTPRequest.Method, UserInfo)]
    )
    func allowed(path: String, method: HTTPRequest.Method, user: UserInfo) throws { try decide(path, method, user) }

    // The messages are those of a recorded kube-apiserver.
    @Test(
        "what they refuse, and how",
        arguments: [
            (
                "/api/v1/namespaces/ns/configmaps", .get, UserInfo.anonymous,
                #"configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "ns""#
            ),
            (
                "/api/v1/namespaces/ns/configmaps/x", .get, .anonymous,
                #"configmaps "x" is forbidden: User "system:anonymous" cannot get resource "configmaps" in API group "" in the namespace "ns""#
            ),
            (
                "/api/v1/namespaces/ns/pods/p/log", .get, .anonymous,
                #"pods "p" is forbidden: User "system:anonymous" cannot get resource "pods/log" in API group "" in the namespace "ns""#
            ),
            (
                "/api/v1/pods", .get, .anonymous,
                #"pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope"#
            ),
            (
                "/apis/absent.example.com/v1/namespaces/ns/things?watch=true", .get, alice,
                #"things.absent.example.com is forbidden: User "alice" cannot watch resource "things" in API group "absent.example.com" in the namespace "ns""#
            ),
            ("/apis", .get, .anonymous, #"forbidden: User "system:anonymous" cannot get path "/apis""#),
            ("/nowhere", .get, .anonymous, #"forbidden: User "system:anonymous" cannot get path "/nowhere""#),
            ("/healthz", .head, .anonymous, #"forbidden: User "system:anonymous" cannot head path "/healthz""#),
            ("/healthz", .post, .anonymous, #"forbidden: User "system:anonymous" cannot post path "/healthz""#),
            ("/healthz/etcd", .get, .anonymous, #"forbidden: User "system:anonymous" cannot get path "/healthz/etcd""#),
            ("/apisx", .get, alice, #"forbidden: User "alice" cannot get path "/apisx""#),
        ] as [(String, HTTPRequest.Method, UserInfo, String)]
    )
    func refused(path: String, method: HTTPRequest.Method, user: UserInfo, message: String) {
        let error = #expect(throws: StatusError.self) { try decide(path, method, user) }
        #expect(error?.code == 403)
        #expect(error?.message == message)
    }
}

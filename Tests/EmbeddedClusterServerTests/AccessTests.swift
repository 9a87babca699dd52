// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedCluster
import HTTPTypes
import KubernetesJSON
import Testing

@testable import EmbeddedClusterServer

@Suite("Access")
struct AccessTests {
    let authenticator = Authenticator(tokens: [
        ("secret-admin", .admin), ("secret-alice", UserInfo(name: "alice", uid: "u", groups: ["system:authenticated"])),
    ])

    func user(_ authorization: String?) throws(StatusError) -> String {
        var fields = HTTPFields()
        fields[.authorization] = authorization
        return try authenticator.user(of: fields).name
    }

    @Test(
        "a known token names its user, no bearer token nobody",
        arguments: [
            ("Bearer secret-admin", "admin"), ("bearer secret-admin", "admin"), ("Bearer secret-alice", "alice"),
            (nil, "system:anonymous"), ("", "system:anonymous"), ("Bearer ", "system:anonymous"), ("Bearer", "system:anonymous"),
            ("Bearer  secret-admin", "system:anonymous"), ("Basic YTpi", "system:anonymous"),
        ] as [(String?, String)]
    )
    func authentication(field: String?, expected: String) throws { #expect(try user(field) == expected) }

    @Test(
        "an unknown token is refused",
        arguments: ["Bearer x", "Bearer secret-admi", "Bearer secret-adminn", "Bearer SECRET-ADMIN"]
    )
    func unknownToken(field: String) {
        let error = #expect(throws: StatusError.self) { try user(field) }
        #expect(error?.code == 401)
        #expect(error?.body["message"] == "Unauthorized")
        #expect(error?.body["details"] == nil)
    }

    func decide(_ path: String, _ method: HTTPRequest.Method, _ user: UserInfo) throws(StatusError) {
        try AccessPolicy.check(RequestAttributes(HTTPRequest(path, method: method)), user: user)
    }

    static let alice = UserInfo(name: "alice", uid: "", groups: ["system:authenticated"])

    @Test(
        "what the policy allows",
        arguments: [
            ("/healthz", .get, UserInfo.anonymous), ("/livez", .get, .anonymous), ("/readyz", .get, .anonymous),
            ("/version", .get, .anonymous), ("/healthz", .head, .anonymous), ("/apis", .get, alice),
            ("/openapi/v3/api/v1", .get, alice), ("/api/v1", .get, alice),
            ("/apis/authentication.k8s.io/v1/selfsubjectreviews", .post, alice), ("/api/v1/secrets", .get, .admin),
            ("/metrics", .get, .admin), ("/api/v1/namespaces/a", .delete, .admin),
        ] as [(String, HTTPRequest.Method, UserInfo)]
    )
    func allowed(path: String, method: HTTPRequest.Method, user: UserInfo) throws { try decide(path, method, user) }

    // The messages are those of a recorded kube-apiserver.
    @Test(
        "what it refuses, and how",
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

    @Test("only the administrator may act as another user")
    func impersonation() throws {
        var fields = HTTPFields()
        fields[.impersonateUser] = "bob"
        fields[values: .impersonateGroup] = ["devs"]
        #expect(
            try Impersonation.user(of: fields, by: .admin)
                == UserInfo(name: "bob", uid: "", groups: ["devs", "system:authenticated"])
        )
        let refused = #expect(throws: StatusError.self) { try Impersonation.user(of: fields, by: Self.alice) }
        #expect(refused?.code == 403)
        fields[.impersonateUser] = nil
        let incomplete = #expect(throws: StatusError.self) { try Impersonation.user(of: fields, by: .admin) }
        #expect(incomplete?.code == 400)
        #expect(try Impersonation.user(of: [:], by: Self.alice) == Self.alice)
    }

    @Test("a token is made once, private, and different in each state directory")
    func storedToken() throws {
        let (first, second) = (try TemporaryDirectory(), try TemporaryDirectory())
        let token = try StoredToken.load(in: first.privateDirectory())
        #expect(token.count == 64)
        #expect(try StoredToken.load(in: first.privateDirectory()) == token)
        #expect(try StoredToken.load(in: second.privateDirectory()) != token)
        #expect(mode(of: first.file("token")) == 0o600)
    }

    @Test(
        "a broken token file is an error that names it",
        arguments: ["", "short", "with a space in it, which is no token at all"]
    )
    func brokenToken(content: String) throws {
        let directory = try TemporaryDirectory()
        try directory.privateDirectory().write("token", Array(content.utf8))
        let error = #expect(throws: ServerError.self) { try StoredToken.load(in: directory.privateDirectory()) }
        #expect(error?.code == .token)
        #expect(error?.message.contains(directory.file("token")) == true)
    }
}

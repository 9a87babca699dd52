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

    static let alice = UserInfo(name: "alice", uid: "", groups: ["system:authenticated"])

    /// Whom `user` would be taken for, where they may be `bob`, his groups, and accounts of team-a.
    func impersonated(_ fields: HTTPFields, by user: UserInfo) throws(StatusError) -> UserInfo {
        try Impersonation.user(of: fields, by: user) { attributes, user throws(StatusError) in
            guard user.name != "admin" else { return }
            let resource = attributes.resource
            let isAllowed =
                switch resource?.name {
                case "users": resource?.object == "bob"
                case "groups": resource?.object == "devs"
                case "serviceaccounts": resource?.namespace == "team-a"
                case "userextras": resource?.subresource == "team" && resource?.group == "authentication.k8s.io"
                default: false
                }
            guard attributes.verb == "impersonate", isAllowed else { throw StatusError(code: 403, reason: "", message: "") }
        }
    }

    @Test(
        "whoever may impersonate a user, their groups and extra values is taken for them",
        arguments: [
            (["Impersonate-User": "bob"], UserInfo(name: "bob", uid: "", groups: ["system:authenticated"])),
            (
                ["Impersonate-User": "bob", "Impersonate-Group": "devs", "Impersonate-Extra-Team": "red"],
                UserInfo(name: "bob", uid: "", groups: ["devs", "system:authenticated"], extra: ["team": ["red"]])
            ),
            (
                ["Impersonate-User": "system:serviceaccount:team-a:agent"],
                .serviceAccount(namespace: "team-a", name: "agent")
            ), (["Impersonate-User": "carol"], nil), (["Impersonate-User": "bob", "Impersonate-Group": "system:masters"], nil),
            (["Impersonate-User": "bob", "Impersonate-Uid": "1"], nil),
            (["Impersonate-User": "system:serviceaccount:team-b:agent"], nil),
            (["Impersonate-User": "bob", "Impersonate-Extra-Scope": "all"], nil), ([:], alice),
        ] as [([String: String], UserInfo?)]
    )
    func impersonation(fields: [String: String], expected: UserInfo?) throws {
        var head = HTTPFields()
        for (name, value) in fields { head[try #require(HTTPField.Name(name))] = value }
        do throws(StatusError) {
            #expect(try impersonated(head, by: Self.alice) == expected)
        } catch {
            #expect(error.code == 403 && expected == nil)
        }
    }

    @Test("groups without a user make no sense")
    func incompleteImpersonation() {
        var fields = HTTPFields()
        fields[values: .impersonateGroup] = ["devs"]
        let error = #expect(throws: StatusError.self) { try impersonated(fields, by: .admin) }
        #expect(error?.code == 400)
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

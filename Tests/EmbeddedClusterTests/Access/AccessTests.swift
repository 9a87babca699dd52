// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesJSON
import Testing

@testable import EmbeddedCluster

@Suite("Roles and bindings", .timeLimit(.minutes(1)))
struct AccessTests {
    let api: TestCluster

    static let alice = UserInfo(name: "alice", uid: "", groups: ["devs", "system:authenticated"])
    static let rbac = "/apis/rbac.authorization.k8s.io/v1"
    static let inA = "/api/v1/namespaces/a"

    init() async throws {
        var options = EmbeddedClusterOptions()
        options.tokenSigner = PlainSigner()
        api = try TestCluster(options: options)
        for name in ["a", "b"] { try await api.send(.post, "/api/v1/namespaces", SystemObjects.namespace(name)) }
        try await api.send(.post, "\(Self.inA)/configmaps", TestCluster.configMap("x"))
    }

    /// Says the claims as they are.
    struct PlainSigner: TokenSigner {
        func token(with claims: JSONValue) -> String { Base64URL.encoded(claims.serialized()) }

        func claims(of token: String) -> JSONValue? {
            guard case .success(let bytes) = Base64URL.decoded(token) else { return nil }
            do { return try JSONValue(parsing: bytes) } catch { return nil }
        }
    }

    /// What alice is answered.
    func asAlice(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil) async throws -> Int {
        try await api.send(method, path, body, as: Self.alice).status
    }

    static func role(_ name: String, _ rules: JSONValue, kind: String = "Role", labels: JSONValue = [:]) -> JSONValue {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string(kind),
            "metadata": ["name": .string(name), "labels": labels], "rules": rules,
        ]
    }

    static func binding(_ kind: String, _ name: String, to subject: JSONValue) -> JSONValue {
        [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": ["name": .string("of-" + name)],
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind), "name": .string(name)],
            "subjects": [subject],
        ]
    }

    func give(_ rules: JSONValue, to subject: JSONValue = ["kind": "User", "name": "alice"]) async throws {
        #expect(try await api.send(.post, "\(Self.rbac)/namespaces/a/roles", Self.role("r", rules)).status == 201)
        let binding = Self.binding("Role", "r", to: subject)
        #expect(try await api.send(.post, "\(Self.rbac)/namespaces/a/rolebindings", binding).status == 201)
    }

    @Test("a role of a namespace gives its verbs there and nowhere else, until the binding goes")
    func namespaced() async throws {
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps") == 403)
        try await give([["apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]]])
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps") == 200)
        for path in [
            "\(Self.inA)/configmaps/x", "\(Self.inA)/configmaps?watch=1", "/api/v1/namespaces/b/configmaps", "/api/v1/configmaps",
        ] {
            #expect(try await asAlice(.get, path) == 403, "\(path)")
        }
        try await api.send(.delete, "\(Self.rbac)/namespaces/a/rolebindings/of-r")
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps") == 403)
    }

    @Test(
        "users, groups and service accounts are subjects",
        arguments: [
            (["kind": "User", "name": "alice"], alice, true), (["kind": "Group", "name": "devs"], alice, true),
            (["kind": "Group", "name": "alice"], alice, false), (["kind": "User", "name": "devs"], alice, false),
            (
                ["kind": "ServiceAccount", "name": "bot", "namespace": "b"], .serviceAccount(namespace: "b", name: "bot"),
                true
            ),
            (
                ["kind": "ServiceAccount", "name": "bot", "namespace": "b"], .serviceAccount(namespace: "a", name: "bot"),
                false
            ),
        ] as [(JSONValue, UserInfo, Bool)]
    )
    func subjects(subject: JSONValue, user: UserInfo, isAllowed: Bool) async throws {
        try await give([["apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]]], to: subject)
        let answer = try await api.send(.get, "\(Self.inA)/configmaps/x", as: user)
        #expect((answer.status == 200) == isAllowed)
    }

    @Test("a rule with names allows these objects, and to list and watch one of them by its name")
    func named() async throws {
        try await give([["apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["x"], "verbs": ["get", "list"]]])
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps/x") == 200)
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps?fieldSelector=metadata.name%3Dx") == 200)
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps") == 403)
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps?fieldSelector=metadata.name%3Dy") == 403)
        #expect(try await asAlice(.get, "\(Self.inA)/configmaps/y") == 403)
    }

    @Test("a binding of a role that is missing allows nothing, and says so")
    func missingRole() async throws {
        let binding = Self.binding("Role", "none", to: ["kind": "User", "name": "alice"])
        try await api.send(.post, "\(Self.rbac)/namespaces/a/rolebindings", binding)
        let answer = try await api.send(.get, "\(Self.inA)/configmaps", as: Self.alice)
        #expect(answer.status == 403)
        let message = answer.body["message"]?.string ?? ""
        #expect(message.hasSuffix(#": RBAC: role.rbac.authorization.k8s.io "none" not found"#), "\(message)")
    }

    @Test("nobody gives away more than they have, unless they may escalate or bind")
    func escalation() async throws {
        let lists: JSONValue = ["apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]]
        let reads: JSONValue = ["apiGroups": [""], "resources": ["configmaps"], "verbs": ["list", "get"]]
        let roles: JSONValue = [
            "apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"], "verbs": ["create", "update"],
        ]
        try await give([lists, roles])
        let path = "\(Self.rbac)/namespaces/a/roles"
        #expect(try await asAlice(.post, path, Self.role("small", [lists])) == 201)
        let refused = try await api.send(.post, path, Self.role("large", [reads]), as: Self.alice)
        #expect(refused.status == 403)
        #expect(
            refused.body["message"]?.string == """
                roles.rbac.authorization.k8s.io "large" is forbidden: user "alice" (groups=["devs" "system:authenticated"]) is \
                attempting to grant RBAC permissions not currently held:
                {APIGroups:[""], Resources:["configmaps"], Verbs:["get"]}
                """
        )
        #expect(try await asAlice(.put, path + "/small", Self.role("small", [reads])) == 403)
        #expect(try await asAlice(.put, path + "/small", Self.role("small", [lists], labels: ["a": "b"])) == 200)
        let bindings = "\(Self.rbac)/namespaces/a/rolebindings"
        let bob: JSONValue = ["kind": "User", "name": "bob"]
        #expect(try await asAlice(.post, bindings, Self.binding("Role", "small", to: bob)) == 201)
        #expect(try await asAlice(.post, bindings, Self.binding("ClusterRole", "cluster-admin", to: bob)) == 403)
        #expect(try await asAlice(.post, bindings, Self.binding("Role", "none", to: bob)) == 404)
    }

    @Test("whoever may escalate a role writes any rule, and whoever may bind one binds it")
    func escalate() async throws {
        let rbac: JSONValue = ["rbac.authorization.k8s.io"]
        try await give([
            ["apiGroups": rbac, "resources": ["roles"], "verbs": ["create", "escalate"]],
            ["apiGroups": rbac, "resources": ["rolebindings"], "verbs": ["create"]],
            ["apiGroups": rbac, "resources": ["clusterroles"], "resourceNames": ["edit"], "verbs": ["bind"]],
        ])
        let all: JSONValue = [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]]
        #expect(try await asAlice(.post, "\(Self.rbac)/namespaces/a/roles", Self.role("all", all)) == 201)
        let bindings = "\(Self.rbac)/namespaces/a/rolebindings"
        let bob: JSONValue = ["kind": "User", "name": "bob"]
        #expect(try await asAlice(.post, bindings, Self.binding("ClusterRole", "edit", to: bob)) == 201)
        #expect(try await asAlice(.post, bindings, Self.binding("ClusterRole", "admin", to: bob)) == 403)
    }

    @Test("a ClusterRole that gathers others by labels holds what they hold, each rule once")
    func aggregation() {
        let gathering: JSONValue = [
            "metadata": ["name": "view"], "aggregationRule": ["clusterRoleSelectors": [["matchLabels": ["view": "true"]]]],
        ]
        let rule: JSONValue = ["verbs": ["get"], "apiGroups": ["g"], "resources": ["things"]]
        let roles = [
            Self.role("b", [rule, ["verbs": ["list"]]], kind: "ClusterRole", labels: ["view": "true"]),
            Self.role("c", [rule], kind: "ClusterRole", labels: ["view": "true"]),
            Self.role("d", [["verbs": ["*"]]], kind: "ClusterRole", labels: ["view": "false"]), gathering,
        ]
        #expect(ClusterRoleController.aggregated(gathering, of: roles) == [rule, ["verbs": ["list"]]])
        #expect(ClusterRoleController.aggregated(roles[0], of: roles) == nil)
    }

    @Test("reviews answer by the roles, and say which binding it was")
    func reviews() async throws {
        try await give([["apiGroups": [""], "resources": ["configmaps"], "verbs": ["list"]]])
        func ask(_ verb: String, _ namespace: String) async throws -> JSONValue? {
            let review: JSONValue = [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                "spec": [
                    "user": "alice",
                    "resourceAttributes": ["namespace": .string(namespace), "verb": .string(verb), "resource": "configmaps"],
                ],
            ]
            return try await api.send(.post, "/apis/authorization.k8s.io/v1/subjectaccessreviews", review).body["status"]
        }
        let reason = #"RBAC: allowed by RoleBinding "of-r/a" of Role "r" to User "alice""#
        #expect(try await ask("list", "a") == ["allowed": true, "reason": .string(reason)])
        #expect(try await ask("get", "a") == ["allowed": false])
        #expect(try await ask("list", "b") == ["allowed": false])
    }

    // MARK: Tokens

    func token(_ spec: JSONValue = [:]) async throws -> (status: Int, body: JSONValue) {
        let request: JSONValue = ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec]
        return try await api.send(.post, "\(Self.inA)/serviceaccounts/bot/token", request)
    }

    func makeAccount() async throws {
        let account: JSONValue = ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "bot"]]
        #expect(try await api.send(.post, "\(Self.inA)/serviceaccounts", account).status == 201)
    }

    @Test("a token stands for its account until the account is another")
    func tokens() async throws {
        #expect(try await token().status == 404)
        try await makeAccount()
        let text = try #require(try await token().body.at("status", "token")?.string)
        let user = try #require(api.cluster.serviceAccount(of: text))
        #expect(user.name == "system:serviceaccount:a:bot")
        #expect(user.groups == ["system:serviceaccounts", "system:serviceaccounts:a", "system:authenticated"])
        #expect(api.cluster.serviceAccount(of: text + "x") == nil)
        try await api.send(.delete, "\(Self.inA)/serviceaccounts/bot")
        #expect(api.cluster.serviceAccount(of: text) == nil)
        try await makeAccount()
        #expect(api.cluster.serviceAccount(of: text) == nil)
    }

    @Test("a token ends, and is for its audiences only")
    func bounds() async throws {
        try await makeAccount()
        for (seconds, status) in [(599, 422), (600, 201), (1 << 33, 422)] as [(Int64, Int)] {
            #expect(try await token(["expirationSeconds": .int(seconds)]).status == status)
        }
        let claims = ServiceAccountClaims(
            namespace: "a",
            name: "bot",
            uid: "u",
            audiences: ["x"],
            issued: 100,
            expires: 700,
            id: "i"
        )
        #expect(ServiceAccountClaims(claims.json) == claims)
        for (now, audience, holds) in [
            (100, "x", true), (699, "x", true), (700, "x", false), (99, "x", false), (100, "y", false),
        ] {
            #expect(claims.holds(at: Int64(now), for: [audience]) == holds)
        }
        let elsewhere = try #require(try await token(["audiences": ["elsewhere"]]).body.at("status", "token")?.string)
        #expect(api.cluster.serviceAccount(of: elsewhere) == nil)
    }
}

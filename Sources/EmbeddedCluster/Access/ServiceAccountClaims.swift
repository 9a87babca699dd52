// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// What a token says of a service account, in the layout of a real cluster's tokens.
struct ServiceAccountClaims: Sendable, Hashable {
    static let audience = "https://kubernetes.default.svc"
    private static let issuer = "https://kubernetes.default.svc"

    var namespace: String
    var name: String
    var uid: String
    var audiences: [String]
    /// Seconds since 1970.
    var issued: Int64
    var expires: Int64
    var id: String

    init(namespace: String, name: String, uid: String, audiences: [String], issued: Int64, expires: Int64, id: String) {
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.audiences = audiences
        self.issued = issued
        self.expires = expires
        self.id = id
    }

    init?(_ claims: JSONValue) {
        guard let account = claims.at("kubernetes.io", "serviceaccount"), let issued = claims.integer("iat"),
            let expires = claims.integer("exp"), claims.text("iss") == Self.issuer
        else { return nil }
        namespace = claims["kubernetes.io"]?.text("namespace") ?? ""
        name = account.text("name")
        uid = account.text("uid")
        audiences = claims.elements("aud").compactMap(\.string)
        self.issued = issued
        self.expires = expires
        id = claims.text("jti")
    }

    var json: JSONValue {
        [
            "aud": .array(audiences.map(JSONValue.string)), "exp": .int(expires), "iat": .int(issued),
            "iss": .string(Self.issuer),
            "jti": .string(id),
            "kubernetes.io": [
                "namespace": .string(namespace), "serviceaccount": ["name": .string(name), "uid": .string(uid)],
            ],
            "nbf": .int(issued), "sub": .string(user.name),
        ]
    }

    /// Whom the token stands for.
    var user: UserInfo {
        var user = UserInfo.serviceAccount(namespace: namespace, name: name, uid: uid)
        user.extra = ["authentication.kubernetes.io/credential-id": ["JTI=\(id)"]]
        return user
    }

    /// Whether the token is in force at a time, and was made for one of these audiences.
    func holds(at now: Int64, for wanted: [String]) -> Bool {
        issued <= now && now < expires && wanted.contains { audiences.contains($0) }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Reviews of identity and access: kinds that are created to be answered, by tokens and roles, and never stored.
struct ReviewRules: KindRules {
    enum Kind: Sendable {
        case selfSubject
        case token
        case selfAccess
        case subjectAccess
        case localSubjectAccess
        case selfRules
    }

    let kind: Kind

    private static let group = "authorization.k8s.io"

    func answer(to object: JSONValue, context: RequestContext) throws(StatusError) -> JSONValue? {
        var object = object
        object["metadata"] = .object([:])
        let spec = object["spec"] ?? .object([:])
        switch kind {
        case .selfSubject:
            object["metadata"]?["creationTimestamp"] = .string(context.now.description)
            object["status"] = ["userInfo": context.user.json]
        case .token: object["status"] = try Self.tokenStatus(spec, context)
        case .selfAccess:
            try Self.check(Self.attributeErrors(spec))
            object["status"] = Self.status(of: spec, for: context.user, context)
        case .subjectAccess, .localSubjectAccess:
            try Self.check(subjectErrors(spec, namespace: context.namespace))
            object["status"] = Self.status(of: spec, for: Self.subject(spec), context)
        case .selfRules:
            guard !spec.text("namespace").isEmpty else {
                throw .badRequest("no namespace on request")
            }
            object["status"] = Self.rules(context.roles.rules(for: context.user, namespace: spec.text("namespace")))
        }
        return object
    }

    private static func tokenStatus(_ spec: JSONValue, _ context: RequestContext) throws(StatusError) -> JSONValue {
        let token = spec.text("token")
        guard !token.isEmpty else { throw .badRequest("token is required for TokenReview in authentication") }
        let wanted = spec.elements("audiences").compactMap(\.string)
        let audiences = wanted.isEmpty ? [ServiceAccountClaims.audience] : wanted
        guard let user = context.tokenUser(token, audiences) else {
            return ["user": .object([:]), "error": "invalid bearer token"]
        }
        return [
            "authenticated": true, "user": user.json,
            "audiences": .array(audiences.filter { context.tokenUser(token, [$0]) != nil }.map(JSONValue.string)),
        ]
    }

    /// What the roles say to the question.
    private static func status(of spec: JSONValue, for user: UserInfo, _ context: RequestContext) -> JSONValue {
        let decision = context.roles.decision(on: attributes(spec), for: user)
        guard !decision.reason.isEmpty else { return ["allowed": .bool(decision.isAllowed)] }
        return ["allowed": .bool(decision.isAllowed), "reason": .string(decision.reason)]
    }

    private static func attributes(_ spec: JSONValue) -> RequestAttributes {
        if let path = spec["nonResourceAttributes"] {
            return RequestAttributes(path: path.text("path"), verb: path.text("verb"), resource: nil)
        }
        let wanted = spec["resourceAttributes"] ?? .object([:])
        let resource = RequestAttributes.Resource(
            group: wanted.text("group"),
            name: wanted.text("resource"),
            subresource: wanted.text("subresource"),
            namespace: wanted.text("namespace"),
            object: wanted.text("name")
        )
        return RequestAttributes(verb: wanted.text("verb"), resource: resource)
    }

    private static func subject(_ spec: JSONValue) -> UserInfo {
        UserInfo(name: spec.text("user"), uid: spec.text("uid"), groups: spec.elements("groups").compactMap(\.string))
    }

    private static func rules(_ rules: [PolicyRule]) -> JSONValue {
        [
            "resourceRules": .array(rules.filter(\.nonResourceURLs.isEmpty).map(\.json)),
            "nonResourceRules": .array(rules.filter { !$0.nonResourceURLs.isEmpty }.map(\.json)), "incomplete": false,
        ]
    }

    // MARK: Validation

    private static func check(_ errors: [FieldError]) throws(StatusError) {
        guard errors.isEmpty else { throw .invalid(QualifiedName(group: group, name: ""), name: "", errors) }
    }

    private static func attributeErrors(_ spec: JSONValue) -> [FieldError] {
        switch (spec["resourceAttributes"], spec["nonResourceAttributes"]) {
        case (_?, let path?):
            let value: JSONValue = ["Path": .string(path.text("path")), "Verb": .string(path.text("verb"))]
            return [.invalid("spec.nonResourceAttributes", value, "cannot be specified in combination with resourceAttributes")]
        case (nil, nil):
            let rule = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            return [.invalid("spec.resourceAttributes", .null, rule)]
        default: return []
        }
    }

    private func subjectErrors(_ spec: JSONValue, namespace: String) -> [FieldError] {
        var errors = Self.attributeErrors(spec)
        if spec.text("user").isEmpty, spec.elements("groups").isEmpty {
            errors.append(.invalid("spec.user", "", "at least one of user or group must be specified"))
        }
        guard kind == .localSubjectAccess else { return errors }
        if let attributes = spec["resourceAttributes"], attributes.text("namespace") != namespace {
            let error = FieldError.invalid(
                "spec.resourceAttributes.namespace",
                .string(attributes.text("namespace")),
                "must match metadata.namespace"
            )
            errors.append(error)
        }
        if spec["nonResourceAttributes"] != nil {
            let rule = "disallowed on this kind of request"
            errors.append(.invalid("spec.nonResourceAttributes", .object([:]), rule))
        }
        return errors
    }
}

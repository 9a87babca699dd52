// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Reviews of identity and access: kinds that are created to be answered and never stored.
///
/// Until authorization by RBAC comes, members of `system:masters` may do everything and others nothing.
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

    private static let masters = "system:masters"
    private static let group = "authorization.k8s.io"

    func answer(to object: JSONValue, context: RequestContext) throws(StatusError) -> JSONValue? {
        var object = object
        object["metadata"] = .object([:])
        let spec = object["spec"] ?? .object([:])
        switch kind {
        case .selfSubject:
            object["metadata"]?["creationTimestamp"] = .string(context.now.description)
            object["status"] = ["userInfo": Self.userInfo(context.user)]
        case .token:
            guard !spec.text("token").isEmpty else { throw .badRequest("token is required for TokenReview in authentication") }
            // Tokens belong to whoever authenticates requests in front of the cluster.
            object["status"] = ["user": .object([:]), "error": "invalid bearer token"]
        case .selfAccess:
            try Self.check(Self.attributeErrors(spec))
            object["status"] = ["allowed": .bool(context.user.groups.contains(Self.masters))]
        case .subjectAccess, .localSubjectAccess:
            try Self.check(subjectErrors(spec, namespace: context.namespace))
            object["status"] = ["allowed": .bool(spec.elements("groups").contains(.string(Self.masters)))]
        case .selfRules:
            guard !spec.text("namespace").isEmpty else {
                throw .badRequest("no namespace on request")
            }
            object["status"] = Self.rules(isMaster: context.user.groups.contains(Self.masters))
        }
        return object
    }

    private static func userInfo(_ user: UserInfo) -> JSONValue {
        var info: JSONObject = ["username": .string(user.name)]
        if !user.uid.isEmpty { info["uid"] = .string(user.uid) }
        if !user.groups.isEmpty { info["groups"] = .array(user.groups.map(JSONValue.string)) }
        return .object(info)
    }

    private static func rules(isMaster: Bool) -> JSONValue {
        [
            "resourceRules": isMaster ? [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]] : [],
            "nonResourceRules": isMaster ? [["verbs": ["*"], "nonResourceURLs": ["*"]]] : [], "incomplete": false,
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

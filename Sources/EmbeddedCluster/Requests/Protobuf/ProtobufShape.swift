// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What the fields of a protobuf message are, by the numbers in Kubernetes' `generated.proto` files.
indirect enum ProtobufShape: Sendable {
    case text
    /// Bytes, base 64 in JSON.
    case data
    case integer
    case flag
    case time
    case message([UInt64: Member])
    case list(ProtobufShape)
    case map(ProtobufShape)

    /// A field of a message.
    struct Member: Sendable {
        var name: String
        var shape: ProtobufShape

        init(_ name: String, _ shape: ProtobufShape) {
            self.name = name
            self.shape = shape
        }
    }

    /// What an element of a list is that holds nothing; nil for shapes whose elements always hold something.
    var emptyElement: JSONValue? {
        switch self {
        case .text: ""
        case .integer: 0
        default: nil
        }
    }

    static let typeMeta: [UInt64: Member] = [1: .init("apiVersion", .text), 2: .init("kind", .text)]

    /// The kinds that are read, by `apiVersion/kind`.
    static let kinds: [String: [UInt64: Member]] = [
        "v1/Namespace": [1: metadata, 2: .init("spec", .message([1: .init("finalizers", .list(.text))]))],
        "v1/ConfigMap": [
            1: metadata, 2: .init("data", .map(.text)), 3: .init("binaryData", .map(.data)), 4: .init("immutable", .flag),
        ],
        "v1/Secret": [
            1: metadata, 2: .init("data", .map(.data)), 3: .init("type", .text), 4: .init("stringData", .map(.text)),
            5: .init("immutable", .flag),
        ],
        "v1/ServiceAccount": [
            1: metadata, 2: .init("secrets", .list(.message([3: .init("name", .text)]))),
            3: .init("imagePullSecrets", .list(.message([1: .init("name", .text)]))),
            4: .init("automountServiceAccountToken", .flag),
        ],
        "rbac.authorization.k8s.io/v1/Role": role, "rbac.authorization.k8s.io/v1/ClusterRole": role,
        "rbac.authorization.k8s.io/v1/RoleBinding": roleBinding, "rbac.authorization.k8s.io/v1/ClusterRoleBinding": roleBinding,
        "scheduling.k8s.io/v1/PriorityClass": [
            1: metadata, 2: .init("value", .integer), 3: .init("globalDefault", .flag), 4: .init("description", .text),
            5: .init("preemptionPolicy", .text),
        ],
        "authorization.k8s.io/v1/SelfSubjectAccessReview": [
            1: metadata,
            2: .init(
                "spec",
                .message([
                    1: .init(
                        "resourceAttributes",
                        .message(texts("namespace", "verb", "group", "version", "resource", "subresource", "name"))
                    ),
                    2: .init("nonResourceAttributes", .message(texts("path", "verb"))),
                ])
            ),
        ],
        "authorization.k8s.io/v1/SelfSubjectRulesReview": [1: metadata, 2: .init("spec", .message(texts("namespace")))],
        "authentication.k8s.io/v1/SelfSubjectReview": [1: metadata],
        "policy/v1/Eviction": [1: metadata, 2: .init("deleteOptions", .message(deleteOptions))],
    ]

    private static let metadata = Member(
        "metadata",
        .message([
            1: .init("name", .text), 2: .init("generateName", .text), 3: .init("namespace", .text), 5: .init("uid", .text),
            6: .init("resourceVersion", .text), 7: .init("generation", .integer), 8: .init("creationTimestamp", .time),
            9: .init("deletionTimestamp", .time), 10: .init("deletionGracePeriodSeconds", .integer),
            11: .init("labels", .map(.text)),
            12: .init("annotations", .map(.text)), 13: .init("ownerReferences", .list(.message(ownerReference))),
            14: .init("finalizers", .list(.text)),
        ])
    )

    private static let ownerReference: [UInt64: Member] = [
        1: .init("kind", .text), 3: .init("name", .text), 4: .init("uid", .text), 5: .init("apiVersion", .text),
        6: .init("controller", .flag), 7: .init("blockOwnerDeletion", .flag),
    ]

    private static let role: [UInt64: Member] = [
        1: metadata,
        2: .init(
            "rules",
            .list(
                .message([
                    1: .init("verbs", .list(.text)), 2: .init("apiGroups", .list(.text)), 3: .init("resources", .list(.text)),
                    4: .init("resourceNames", .list(.text)), 5: .init("nonResourceURLs", .list(.text)),
                ])
            )
        ),
    ]

    private static let roleBinding: [UInt64: Member] = [
        1: metadata, 2: .init("subjects", .list(.message(texts("kind", "apiGroup", "name", "namespace")))),
        3: .init("roleRef", .message(texts("apiGroup", "kind", "name"))),
    ]

    private static let deleteOptions: [UInt64: Member] = [
        1: .init("gracePeriodSeconds", .integer), 2: .init("preconditions", .message(texts("uid", "resourceVersion"))),
        3: .init("orphanDependents", .flag), 4: .init("propagationPolicy", .text), 5: .init("dryRun", .list(.text)),
    ]

    /// Fields of text, numbered from 1.
    private static func texts(_ names: String...) -> [UInt64: Member] {
        var members: [UInt64: Member] = [:]
        for (index, name) in names.enumerated() { members[UInt64(index) + 1] = Member(name, .text) }
        return members
    }
}

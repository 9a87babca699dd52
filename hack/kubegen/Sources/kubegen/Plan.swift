// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What is generated. A new kind or group is a longer list here and nothing else.
enum Plan {
    /// The Swift targets: where their definitions come from, which kinds they begin with; what those refer to follows by itself.
    static let targets: [Target] = [
        Target(
            "KubernetesMeta",
            prefix: "io.k8s.apimachinery.pkg.apis.meta.v1.",
            link: "meta",
            roots: ["ObjectMeta", "ListMeta", "Status", "LabelSelector", "Condition", "DeleteOptions", "APIResourceList"]
        ),
        Target(
            "KubernetesCore",
            prefix: "io.k8s.api.core.v1.",
            link: "core",
            roots: [
                "Binding", "ConfigMap", "Event", "Namespace", "Node", "PersistentVolumeClaim", "Pod", "Secret", "Service",
                "ServiceAccount",
            ]
        ),
        Target(
            "KubernetesCoordination",
            prefix: "io.k8s.api.coordination.v1.",
            link: "coordination-k8s-io",
            roots: ["Lease"]
        ),
        Target(
            "KubernetesEvents",
            prefix: "io.k8s.api.events.v1.",
            link: "events-k8s-io",
            roots: ["Event"]
        ),
        Target(
            "KubernetesNetworking",
            prefix: "io.k8s.api.networking.v1.",
            link: "networking-k8s-io",
            roots: ["NetworkPolicy"]
        ),
        Target(
            "KubernetesAPIExtensions",
            prefix: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.",
            link: "apiextensions-k8s-io",
            roots: ["CustomResourceDefinition"]
        ),
    ]

    /// Definitions that are one hand-written Swift type.
    static let scalars: [String: SwiftType] = [
        "io.k8s.apimachinery.pkg.api.resource.Quantity": .value("Quantity", module: "KubernetesMeta", zero: "Quantity(0)"),
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString": .value("IntOrString", module: "KubernetesMeta", zero: "0"),
        "io.k8s.apimachinery.pkg.apis.meta.v1.Time": .time("Time"),
        "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": .time("MicroTime"),
        "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": .value("RawJSON", module: "KubernetesJSON", zero: "RawJSON()"),
        "io.k8s.apimachinery.pkg.runtime.RawExtension": .any,
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": .any,
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": .any,
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": .any,
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": .any,
    ]

    /// The kinds whose schemas the embedded API server carries, with their lists.
    static let schemaRoots: [(prefix: String, kinds: [String])] = [
        (
            "io.k8s.apimachinery.pkg.apis.meta.v1.",
            ["APIGroup", "APIGroupList", "APIResourceList", "DeleteOptions", "Patch", "Status", "WatchEvent"]
        ),
        (
            "io.k8s.api.core.v1.",
            [
                "Binding", "ConfigMap", "Endpoints", "Event", "Namespace", "Node", "PersistentVolumeClaim", "Pod", "PodTemplate",
                "Secret",
                "Service", "ServiceAccount",
            ]
        ),
        ("io.k8s.api.admissionregistration.v1.", ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
        ("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.", ["CustomResourceDefinition"]),
        ("io.k8s.api.apps.v1.", ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]),
        ("io.k8s.api.authentication.v1.", ["SelfSubjectReview", "TokenRequest", "TokenReview"]),
        (
            "io.k8s.api.authorization.v1.",
            ["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"]
        ),
        ("io.k8s.api.autoscaling.v1.", ["Scale"]),
        ("io.k8s.api.batch.v1.", ["CronJob", "Job"]),
        ("io.k8s.api.coordination.v1.", ["Lease"]),
        ("io.k8s.api.events.v1.", ["Event"]),
        ("io.k8s.api.networking.v1.", ["Ingress", "NetworkPolicy"]),
        ("io.k8s.api.policy.v1.", ["Eviction", "PodDisruptionBudget"]),
        ("io.k8s.api.rbac.v1.", ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]),
        ("io.k8s.api.scheduling.v1.", ["PriorityClass"]),
    ]
}

/// One row of ``Plan/targets``.
struct Target: Sendable {
    let name: String
    /// What the names of its definitions begin with.
    let prefix: String
    /// The end of anchors in the reference page.
    let link: String
    let roots: [String]

    init(_ name: String, prefix: String, link: String, roots: [String]) {
        self.name = name
        self.prefix = prefix
        self.link = link
        self.roots = roots
    }
}

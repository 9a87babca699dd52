// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What is generated. A new kind or group is a longer list here and nothing else.
enum Plan {
    /// The Swift targets, a row per API version: where their definitions come from and which of them become types. Two rows with the
    /// same target share its folder; the names of their types must then differ.
    ///
    /// Only stable versions are here: API servers do not serve beta versions unless asked to (KEP-3136), so the OpenAPI data of a cluster
    /// lacks them, and ``DynamicObject`` reads them. Groups that few controllers touch (flow control, API registration, dynamic resource
    /// allocation, storage version migration) wait for data: `hack/fetch-openapi.sh` gets it, a row here makes the types.
    static let targets: [Target] = [
        Target(
            "KubernetesMeta",
            prefix: "io.k8s.apimachinery.pkg.apis.meta.v1.",
            link: "meta",
            roots: ["ObjectMeta", "ListMeta", "Status", "LabelSelector", "Condition", "DeleteOptions", "APIResourceList"]
        ),
        Target("KubernetesCore", prefix: "io.k8s.api.core.v1.", link: "core"),
        Target("KubernetesAdmission", prefix: "io.k8s.api.admission.v1.", link: "admission-k8s-io"),
        Target(
            "KubernetesAdmissionRegistration",
            prefix: "io.k8s.api.admissionregistration.v1.",
            link: "admissionregistration-k8s-io"
        ),
        Target(
            "KubernetesAPIExtensions",
            prefix: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.",
            link: "apiextensions-k8s-io"
        ),
        Target("KubernetesApps", prefix: "io.k8s.api.apps.v1.", link: "apps"),
        Target("KubernetesAuthentication", prefix: "io.k8s.api.authentication.v1.", link: "authentication-k8s-io"),
        Target("KubernetesAuthorization", prefix: "io.k8s.api.authorization.v1.", link: "authorization-k8s-io"),
        // Of version 1 the data has Scale alone, which every scalable kind serves.
        Target("KubernetesAutoscaling", prefix: "io.k8s.api.autoscaling.v1.", link: "autoscaling"),
        Target("KubernetesAutoscaling", prefix: "io.k8s.api.autoscaling.v2.", link: "autoscaling"),
        Target("KubernetesBatch", prefix: "io.k8s.api.batch.v1.", link: "batch"),
        Target("KubernetesCertificates", prefix: "io.k8s.api.certificates.v1.", link: "certificates-k8s-io"),
        Target("KubernetesCoordination", prefix: "io.k8s.api.coordination.v1.", link: "coordination-k8s-io"),
        Target("KubernetesDiscovery", prefix: "io.k8s.api.discovery.v1.", link: "discovery-k8s-io"),
        Target("KubernetesEvents", prefix: "io.k8s.api.events.v1.", link: "events-k8s-io"),
        Target("KubernetesNetworking", prefix: "io.k8s.api.networking.v1.", link: "networking-k8s-io"),
        Target("KubernetesNode", prefix: "io.k8s.api.node.v1.", link: "node-k8s-io"),
        Target("KubernetesPolicy", prefix: "io.k8s.api.policy.v1.", link: "policy"),
        Target("KubernetesRBAC", prefix: "io.k8s.api.rbac.v1.", link: "rbac-authorization-k8s-io"),
        Target("KubernetesScheduling", prefix: "io.k8s.api.scheduling.v1.", link: "scheduling-k8s-io"),
        Target("KubernetesStorage", prefix: "io.k8s.api.storage.v1.", link: "storage-k8s-io"),
    ]

    /// Pages of the definitions that the API reference lacks.
    static let pages: [(prefix: String, page: String)] = [
        (
            "io.k8s.api.admission.v1.",
            "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response"
        ),
        (
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.Conversion",
            "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#webhook-request-and-response"
        ),
    ]

    /// Definitions that are one hand-written Swift type.
    static let scalars: [String: SwiftType] = [
        "io.k8s.apimachinery.pkg.api.resource.Quantity": .value("Quantity", module: "KubernetesMeta", zero: "Quantity(0)"),
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString": .value("IntOrString", module: "KubernetesMeta", zero: "0"),
        "io.k8s.apimachinery.pkg.apis.meta.v1.Time": .time("Time"),
        "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": .time("MicroTime"),
        "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": .value("RawJSON", module: "KubernetesJSON", zero: "RawJSON()"),
        "io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionKind": .value(
            "GroupVersionKind",
            module: "KubernetesMeta",
            zero: "GroupVersionKind(group: \"\", version: \"\", kind: \"\")"
        ),
        "io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionResource": .value(
            "GroupVersionResource",
            module: "KubernetesMeta",
            zero: "GroupVersionResource(group: \"\", version: \"\", resource: \"\")"
        ),
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
    /// What the names of its definitions begin with: `io.k8s.api.apps.v1.`
    let prefix: String
    /// The end of anchors in the reference page.
    let link: String
    /// The definitions that become types, with all that they refer to; nil for every one of the prefix but lists, because
    /// `ResourceList` reads those of every kind.
    let roots: [String]?

    init(_ name: String, prefix: String, link: String, roots: [String]? = nil) {
        self.name = name
        self.prefix = prefix
        self.link = link
        self.roots = roots
    }

    /// The version that the prefix ends with.
    var version: String { prefix.split(separator: ".").last.map(String.init) ?? "" }

    /// Full names of the definitions to begin with, in the order of the alphabet.
    func definitions(in schemas: Schemas) -> [String] {
        if let roots { return roots.map { prefix + $0 } }
        return schemas.definitions.keys.sorted().filter { name in
            name.hasPrefix(prefix) && !name.dropFirst(prefix.count).contains(".") && Plan.scalars[name] == nil
                && !schemas.isList(name)
        }
    }
}

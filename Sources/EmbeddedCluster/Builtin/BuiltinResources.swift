// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// The kinds that the cluster serves without a CustomResourceDefinition, in the order in which discovery lists their groups.
package enum BuiltinResources {
    package static func definitions() -> [ResourceDefinition] {
        core + apps + events + reviews + batch + networking + policy + rbac + webhooks + customResources + scheduling
            + coordination
    }

    // MARK: Groups

    private static var core: [ResourceDefinition] {
        let group = Group("", schema: "io.k8s.api.core.v1")
        return [
            group.kind("Binding", "bindings", verbs: ["create"]),
            group.kind("ConfigMap", "configmaps", short: ["cm"], rules: ConfigMapRules()),
            group.kind("Event", "events", short: ["ev"], rules: EventRules(isNew: false)),
            group.kind(
                "Namespace",
                "namespaces",
                short: ["ns"],
                scope: .cluster,
                verbs: ResourceDefinition.allVerbs.subtracting(["deletecollection"]),
                subresources: ["finalize", "status"],
                hasStatus: true,
                rules: NamespaceRules()
            ),
            group.kind(
                "Node",
                "nodes",
                short: ["no"],
                scope: .cluster,
                subresources: ["status"],
                hasStatus: true,
                rules: NodeRules()
            ),
            group.kind(
                "Pod",
                "pods",
                short: ["po"],
                categories: ["all"],
                subresources: ["attach", "binding", "eviction", "exec", "log", "portforward", "status"],
                hasStatus: true,
                hasGeneration: true,
                rules: PodRules()
            ),
            group.kind("Secret", "secrets", rules: SecretRules()),
            group.kind(
                "ServiceAccount",
                "serviceaccounts",
                short: ["sa"],
                subresources: ["token"],
                rules: PlainRules(table: ServiceAccountTable())
            ),
            group.kind(
                "Service",
                "services",
                short: ["svc"],
                categories: ["all"],
                subresources: ["status"],
                hasStatus: true,
                rules: ServiceRules()
            ),
            group.kind(
                "Endpoints",
                "endpoints",
                singular: "endpoints",
                short: ["ep"],
                rules: PlainRules(table: EndpointsTable())
            ),
            group.kind(
                "PersistentVolumeClaim",
                "persistentvolumeclaims",
                short: ["pvc"],
                subresources: ["status"],
                hasStatus: true,
                rules: VolumeClaimRules()
            ),
            group.kind("PodTemplate", "podtemplates", rules: PodTemplateRules()),
        ]
    }

    private static var apps: [ResourceDefinition] {
        let group = Group("apps", schema: "io.k8s.api.apps.v1")
        return [
            group.workload("DaemonSet", "daemonsets", short: ["ds"], .daemonSet),
            group.workload("Deployment", "deployments", short: ["deploy"], .deployment),
            group.workload("ReplicaSet", "replicasets", short: ["rs"], .replicaSet),
            group.workload("StatefulSet", "statefulsets", short: ["sts"], .statefulSet),
        ]
    }

    private static var batch: [ResourceDefinition] {
        let group = Group("batch", schema: "io.k8s.api.batch.v1")
        return [
            group.workload("CronJob", "cronjobs", short: ["cj"], .cronJob), group.workload("Job", "jobs", short: [], .job),
        ]
    }

    private static var events: [ResourceDefinition] {
        let group = Group("events.k8s.io", schema: "io.k8s.api.events.v1", storageGroup: "")
        return [group.kind("Event", "events", short: ["ev"], rules: EventRules(isNew: true))]
    }

    private static var reviews: [ResourceDefinition] {
        let authentication = Group("authentication.k8s.io", schema: "io.k8s.api.authentication.v1")
        let authorization = Group("authorization.k8s.io", schema: "io.k8s.api.authorization.v1")
        let kinds: [(Group, String, String, ResourceScope, ReviewRules.Kind)] = [
            (authentication, "SelfSubjectReview", "selfsubjectreviews", .cluster, .selfSubject),
            (authentication, "TokenReview", "tokenreviews", .cluster, .token),
            (authorization, "LocalSubjectAccessReview", "localsubjectaccessreviews", .namespaced, .localSubjectAccess),
            (authorization, "SelfSubjectAccessReview", "selfsubjectaccessreviews", .cluster, .selfAccess),
            (authorization, "SelfSubjectRulesReview", "selfsubjectrulesreviews", .cluster, .selfRules),
            (authorization, "SubjectAccessReview", "subjectaccessreviews", .cluster, .subjectAccess),
        ]
        return kinds.map { group, kind, plural, scope, rules in
            group.kind(kind, plural, scope: scope, verbs: ["create"], rules: ReviewRules(kind: rules))
        }
    }

    private static var networking: [ResourceDefinition] {
        let group = Group("networking.k8s.io", schema: "io.k8s.api.networking.v1")
        return [
            group.kind(
                "Ingress",
                "ingresses",
                short: ["ing"],
                subresources: ["status"],
                hasStatus: true,
                hasGeneration: true,
                rules: IngressRules()
            ),
            group.kind("NetworkPolicy", "networkpolicies", short: ["netpol"], hasGeneration: true, rules: NetworkPolicyRules()),
        ]
    }

    private static var policy: [ResourceDefinition] {
        [
            Group("policy", schema: "io.k8s.api.policy.v1").kind(
                "PodDisruptionBudget",
                "poddisruptionbudgets",
                short: ["pdb"],
                subresources: ["status"],
                hasStatus: true,
                hasGeneration: true,
                rules: DisruptionBudgetRules()
            )
        ]
    }

    private static var rbac: [ResourceDefinition] {
        let group = Group("rbac.authorization.k8s.io", schema: "io.k8s.api.rbac.v1")
        return [
            group.kind("ClusterRoleBinding", "clusterrolebindings", scope: .cluster, rules: RoleBindingRules(isCluster: true)),
            group.kind("ClusterRole", "clusterroles", scope: .cluster, rules: RoleRules(isCluster: true)),
            group.kind("RoleBinding", "rolebindings", rules: RoleBindingRules(isCluster: false)),
            group.kind("Role", "roles", rules: RoleRules(isCluster: false)),
        ]
    }

    private static var webhooks: [ResourceDefinition] {
        let group = Group("admissionregistration.k8s.io", schema: "io.k8s.api.admissionregistration.v1")
        return [
            group.kind(
                "MutatingWebhookConfiguration",
                "mutatingwebhookconfigurations",
                categories: ["api-extensions"],
                scope: .cluster,
                hasGeneration: true,
                rules: WebhookConfigurationRules(isMutating: true)
            ),
            group.kind(
                "ValidatingWebhookConfiguration",
                "validatingwebhookconfigurations",
                categories: ["api-extensions"],
                scope: .cluster,
                hasGeneration: true,
                rules: WebhookConfigurationRules(isMutating: false)
            ),
        ]
    }

    private static var customResources: [ResourceDefinition] {
        let group = Group("apiextensions.k8s.io", schema: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1")
        return [
            group.kind(
                "CustomResourceDefinition",
                "customresourcedefinitions",
                short: ["crd", "crds"],
                categories: ["api-extensions"],
                scope: .cluster,
                subresources: ["status"],
                hasStatus: true,
                hasGeneration: true,
                rules: CustomResourceDefinitionRules()
            )
        ]
    }

    private static var scheduling: [ResourceDefinition] {
        [
            Group("scheduling.k8s.io", schema: "io.k8s.api.scheduling.v1").kind(
                "PriorityClass",
                "priorityclasses",
                short: ["pc"],
                scope: .cluster,
                hasGeneration: true,
                rules: PriorityClassRules()
            )
        ]
    }

    private static var coordination: [ResourceDefinition] {
        [Group("coordination.k8s.io", schema: "io.k8s.api.coordination.v1").kind("Lease", "leases", rules: LeaseRules())]
    }
}

/// What the kinds of one group have in common.
private struct Group {
    let name: String
    /// The beginning of the names of the group's schemas.
    let schema: String
    let storageGroup: String?

    init(_ name: String, schema: String, storageGroup: String? = nil) {
        self.name = name
        self.schema = schema
        self.storageGroup = storageGroup
    }

    /// A kind that makes pods from a template.
    func workload(_ kind: String, _ plural: String, short: [String], _ rules: WorkloadRules.Kind) -> ResourceDefinition {
        self.kind(
            kind,
            plural,
            short: short,
            categories: ["all"],
            subresources: ["status"],
            hasStatus: true,
            hasGeneration: true,
            rules: WorkloadRules(kind: rules)
        )
    }

    func kind(
        _ kind: String,
        _ plural: String,
        singular: String? = nil,
        short: [String] = [],
        categories: [String] = [],
        scope: ResourceScope = .namespaced,
        verbs: Set<String> = ResourceDefinition.allVerbs,
        subresources: Set<String> = [],
        hasStatus: Bool = false,
        hasGeneration: Bool = false,
        rules: any KindRules = PlainRules()
    ) -> ResourceDefinition {
        ResourceDefinition(
            group: name,
            version: "v1",
            kind: kind,
            plural: plural,
            singular: singular,
            shortNames: short,
            categories: categories,
            scope: scope,
            verbs: verbs,
            subresources: subresources,
            storageGroup: storageGroup,
            strategy: BuiltinStrategy(
                definition: schema + "." + kind,
                version: "v1",
                kind: kind,
                hasStatus: hasStatus,
                hasGeneration: hasGeneration,
                rules: rules
            )
        )
    }
}

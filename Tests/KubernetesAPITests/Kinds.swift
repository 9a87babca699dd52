// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPI

/// Every generated kind by the name of its definition. `KindTests` compares the tables with the OpenAPI data.
enum Kinds {
    typealias Part = JSONReadable & JSONWritable & Hashable & Sendable

    /// Kinds with a collection in the API.
    static let resources: [String: any (Resource & Hashable).Type] = [
        "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy": MutatingAdmissionPolicy.self,
        "io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding": MutatingAdmissionPolicyBinding.self,
        "io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration": MutatingWebhookConfiguration.self,
        "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy": ValidatingAdmissionPolicy.self,
        "io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding": ValidatingAdmissionPolicyBinding.self,
        "io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration": ValidatingWebhookConfiguration.self,
        "io.k8s.api.apps.v1.ControllerRevision": ControllerRevision.self,
        "io.k8s.api.apps.v1.DaemonSet": DaemonSet.self,
        "io.k8s.api.apps.v1.Deployment": Deployment.self,
        "io.k8s.api.apps.v1.ReplicaSet": ReplicaSet.self,
        "io.k8s.api.apps.v1.StatefulSet": StatefulSet.self,
        "io.k8s.api.authentication.v1.SelfSubjectReview": SelfSubjectReview.self,
        "io.k8s.api.authentication.v1.TokenReview": TokenReview.self,
        "io.k8s.api.authorization.v1.LocalSubjectAccessReview": LocalSubjectAccessReview.self,
        "io.k8s.api.authorization.v1.SelfSubjectAccessReview": SelfSubjectAccessReview.self,
        "io.k8s.api.authorization.v1.SelfSubjectRulesReview": SelfSubjectRulesReview.self,
        "io.k8s.api.authorization.v1.SubjectAccessReview": SubjectAccessReview.self,
        "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler": HorizontalPodAutoscaler.self,
        "io.k8s.api.batch.v1.CronJob": CronJob.self,
        "io.k8s.api.batch.v1.Job": Job.self,
        "io.k8s.api.certificates.v1.CertificateSigningRequest": CertificateSigningRequest.self,
        "io.k8s.api.coordination.v1.Lease": Lease.self,
        "io.k8s.api.core.v1.Binding": Binding.self,
        "io.k8s.api.core.v1.ComponentStatus": ComponentStatus.self,
        "io.k8s.api.core.v1.ConfigMap": ConfigMap.self,
        "io.k8s.api.core.v1.Endpoints": Endpoints.self,
        "io.k8s.api.core.v1.Event": KubernetesCore.Event.self,
        "io.k8s.api.core.v1.LimitRange": LimitRange.self,
        "io.k8s.api.core.v1.Namespace": Namespace.self,
        "io.k8s.api.core.v1.Node": Node.self,
        "io.k8s.api.core.v1.PersistentVolume": PersistentVolume.self,
        "io.k8s.api.core.v1.PersistentVolumeClaim": PersistentVolumeClaim.self,
        "io.k8s.api.core.v1.Pod": Pod.self,
        "io.k8s.api.core.v1.PodTemplate": PodTemplate.self,
        "io.k8s.api.core.v1.ReplicationController": ReplicationController.self,
        "io.k8s.api.core.v1.ResourceQuota": ResourceQuota.self,
        "io.k8s.api.core.v1.Secret": Secret.self,
        "io.k8s.api.core.v1.Service": Service.self,
        "io.k8s.api.core.v1.ServiceAccount": ServiceAccount.self,
        "io.k8s.api.discovery.v1.EndpointSlice": EndpointSlice.self,
        "io.k8s.api.events.v1.Event": KubernetesEvents.Event.self,
        "io.k8s.api.networking.v1.IPAddress": IPAddress.self,
        "io.k8s.api.networking.v1.Ingress": Ingress.self,
        "io.k8s.api.networking.v1.IngressClass": IngressClass.self,
        "io.k8s.api.networking.v1.NetworkPolicy": NetworkPolicy.self,
        "io.k8s.api.networking.v1.ServiceCIDR": ServiceCIDR.self,
        "io.k8s.api.node.v1.RuntimeClass": RuntimeClass.self,
        "io.k8s.api.policy.v1.PodDisruptionBudget": PodDisruptionBudget.self,
        "io.k8s.api.rbac.v1.ClusterRole": ClusterRole.self,
        "io.k8s.api.rbac.v1.ClusterRoleBinding": ClusterRoleBinding.self,
        "io.k8s.api.rbac.v1.Role": Role.self,
        "io.k8s.api.rbac.v1.RoleBinding": RoleBinding.self,
        "io.k8s.api.scheduling.v1.PriorityClass": PriorityClass.self,
        "io.k8s.api.storage.v1.CSIDriver": CSIDriver.self,
        "io.k8s.api.storage.v1.CSINode": CSINode.self,
        "io.k8s.api.storage.v1.CSIStorageCapacity": CSIStorageCapacity.self,
        "io.k8s.api.storage.v1.StorageClass": StorageClass.self,
        "io.k8s.api.storage.v1.VolumeAttachment": VolumeAttachment.self,
        "io.k8s.api.storage.v1.VolumeAttributesClass": VolumeAttributesClass.self,
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition": CustomResourceDefinition.self,
    ]

    /// Kinds that are sent and answered but not stored.
    static let messages: [String: (type: any Part.Type, name: GroupVersionKind)] = [
        "io.k8s.api.admission.v1.AdmissionReview": (AdmissionReview.self, AdmissionReview.groupVersionKind),
        "io.k8s.api.authentication.v1.TokenRequest": (
            KubernetesAuthentication.TokenRequest.self, KubernetesAuthentication.TokenRequest.groupVersionKind
        ),
        "io.k8s.api.autoscaling.v1.Scale": (Scale.self, Scale.groupVersionKind),
        "io.k8s.api.policy.v1.Eviction": (Eviction.self, Eviction.groupVersionKind),
        "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.ConversionReview": (
            ConversionReview.self, ConversionReview.groupVersionKind
        ),
        "io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList": (APIResourceList.self, APIResourceList.groupVersionKind),
        "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions": (DeleteOptions.self, DeleteOptions.groupVersionKind),
        "io.k8s.apimachinery.pkg.apis.meta.v1.Status": (Status.self, Status.groupVersionKind),
    ]

    /// Names of all, in the order of the alphabet.
    static let names = (Array(resources.keys) + Array(messages.keys)).sorted()
}

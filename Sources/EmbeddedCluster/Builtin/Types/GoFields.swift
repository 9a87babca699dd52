// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What the Go types of the Kubernetes API (`k8s.io/api`) know of their fields and OpenAPI does not: which optional scalars are pointers,
/// which empty ones are written all the same, and which have named types. Entries are `Struct.field`.
enum GoFields {
    /// Optional integers that are values: 0 is not written. All others are pointers.
    static let valueIntegers: Set<String> = [
        "DaemonSetSpec.minReadySeconds", "DaemonSetStatus.numberAvailable", "DaemonSetStatus.numberUnavailable",
        "DaemonSetStatus.observedGeneration", "DaemonSetStatus.updatedNumberScheduled", "DeploymentSpec.minReadySeconds",
        "DeploymentStatus.availableReplicas", "DeploymentStatus.observedGeneration", "DeploymentStatus.readyReplicas",
        "DeploymentStatus.replicas", "DeploymentStatus.unavailableReplicas", "DeploymentStatus.updatedReplicas",
        "ReplicaSetSpec.minReadySeconds", "ReplicaSetStatus.availableReplicas", "ReplicaSetStatus.fullyLabeledReplicas",
        "ReplicaSetStatus.observedGeneration", "ReplicaSetStatus.readyReplicas", "StatefulSetSpec.minReadySeconds",
        "StatefulSetStatus.currentReplicas", "StatefulSetStatus.observedGeneration", "StatefulSetStatus.readyReplicas",
        "StatefulSetStatus.updatedReplicas", "ScaleSpec.replicas", "JobStatus.active", "JobStatus.failed", "JobStatus.succeeded",
        "AWSElasticBlockStoreVolumeSource.partition", "ContainerImage.sizeBytes", "ContainerPort.hostPort",
        "ContainerStateTerminated.signal", "Event.count", "Event.deprecatedCount", "EventSeries.count",
        "GCEPersistentDiskVolumeSource.partition", "PodCondition.observedGeneration", "PodStatus.observedGeneration",
        "Probe.failureThreshold", "Probe.initialDelaySeconds", "Probe.periodSeconds", "Probe.successThreshold",
        "Probe.timeoutSeconds",
        "ServicePort.nodePort", "ServiceSpec.healthCheckNodePort", "ServiceBackendPort.number",
        "PodDisruptionBudgetStatus.observedGeneration", "Condition.observedGeneration", "ObjectMeta.generation",
        // CustomResourceDefinitions.
        "CustomResourceColumnDefinition.priority", "CustomResourceDefinitionStatus.observedGeneration",
        "CustomResourceDefinitionCondition.observedGeneration",
    ]

    /// Optional booleans that are values: `false` is not written. All others are pointers.
    static let valueBooleans: Set<String> = [
        "DeploymentSpec.paused", "TokenReviewStatus.authenticated", "SubjectAccessReviewStatus.denied",
        "AWSElasticBlockStoreVolumeSource.readOnly", "AzureFileVolumeSource.readOnly", "CephFSVolumeSource.readOnly",
        "CinderVolumeSource.readOnly", "Container.stdin", "Container.stdinOnce", "Container.tty", "EphemeralContainer.stdin",
        "EphemeralContainer.stdinOnce", "EphemeralContainer.tty", "FCVolumeSource.readOnly", "FlexVolumeSource.readOnly",
        "GCEPersistentDiskVolumeSource.readOnly", "GlusterfsVolumeSource.readOnly", "ISCSIVolumeSource.chapAuthDiscovery",
        "ISCSIVolumeSource.chapAuthSession", "ISCSIVolumeSource.readOnly", "NFSVolumeSource.readOnly", "NodeSpec.unschedulable",
        "PersistentVolumeClaimVolumeSource.readOnly", "PodSpec.hostIPC", "PodSpec.hostNetwork", "PodSpec.hostPID",
        "PortworxVolumeSource.readOnly", "QuobyteVolumeSource.readOnly", "RBDVolumeSource.readOnly",
        "ScaleIOVolumeSource.readOnly",
        "ScaleIOVolumeSource.sslEnabled", "ServiceSpec.publishNotReadyAddresses", "StorageOSVolumeSource.readOnly",
        "VolumeMount.readOnly", "VolumeMountStatus.readOnly", "PriorityClass.globalDefault",
        // CustomResourceDefinitions.
        "JSONSchemaProps.exclusiveMaximum", "JSONSchemaProps.exclusiveMinimum", "JSONSchemaProps.nullable",
        "JSONSchemaProps.uniqueItems", "JSONSchemaProps.x-kubernetes-embedded-resource",
        "JSONSchemaProps.x-kubernetes-int-or-string", "CustomResourceDefinitionVersion.deprecated",
        "CustomResourceDefinitionSpec.preserveUnknownFields",
    ]

    /// Optional strings that are pointers: `""` is written. All others are values.
    static let pointerStrings: Set<String> = [
        "LeaseSpec.holderIdentity", "LeaseSpec.preferredHolder", "LeaseSpec.strategy",
        "PersistentVolumeClaimSpec.storageClassName",
        "PersistentVolumeClaimSpec.volumeMode", "PersistentVolumeClaimSpec.volumeAttributesClassName",
        "IngressSpec.ingressClassName",
        "CronJobSpec.timeZone", "JobSpec.managedBy", "PodSpec.runtimeClassName", "PodSpec.hostnameOverride",
        "ServicePort.appProtocol",
        "EndpointPort.appProtocol", "EndpointAddress.nodeName", "ServiceSpec.loadBalancerClass",
        "ServiceSpec.trafficDistribution",
        "TypedLocalObjectReference.apiGroup", "TypedObjectReference.apiGroup", "TypedObjectReference.namespace",
        "ServiceReference.path",
        "WebhookClientConfig.url", "NetworkPolicyPort.protocol", "PodDNSConfigOption.value", "SeccompProfile.localhostProfile",
        "AppArmorProfile.localhostProfile", "GRPCAction.service", "PodFailurePolicyOnExitCodesRequirement.containerName",
        "WindowsSecurityContextOptions.gmsaCredentialSpec", "WindowsSecurityContextOptions.gmsaCredentialSpecName",
        "WindowsSecurityContextOptions.runAsUserName", "Preconditions.resourceVersion", "Preconditions.uid",
        "CSIVolumeSource.fsType", "ClusterTrustBundleProjection.name", "ClusterTrustBundleProjection.signerName",
        "PersistentVolumeClaimStatus.currentVolumeAttributesClassName", "PodResourceClaim.resourceClaimName",
        "PodResourceClaim.resourceClaimTemplateName", "PodResourceClaimStatus.resourceClaimName", "PortStatus.error",
        // CustomResourceDefinitions.
        "CustomResourceDefinitionVersion.deprecationWarning",
    ]

    /// Times that are pointers, or left out when zero. All others are written as `null` when unset.
    static let omittedTimes: Set<String> = [
        "CronJobStatus.lastScheduleTime", "CronJobStatus.lastSuccessfulTime", "JobStatus.completionTime", "JobStatus.startTime",
        "LeaseSpec.acquireTime", "LeaseSpec.renewTime", "PodStatus.startTime", "Taint.timeAdded", "ManagedFieldsEntry.time",
        "ObjectMeta.creationTimestamp", "ObjectMeta.deletionTimestamp",
    ]

    /// Optional scalars that are written even when they hold nothing.
    static let writtenWhenEmpty: Set<String> = [
        "Event.reportingComponent", "Event.reportingInstance", "StatefulSetStatus.availableReplicas",
        "PodDisruptionBudgetStatus.currentHealthy", "PodDisruptionBudgetStatus.desiredHealthy",
        "PodDisruptionBudgetStatus.disruptionsAllowed", "PodDisruptionBudgetStatus.expectedPods", "PriorityClass.value",
        "RoleRef.apiGroup", "StatefulSetOrdinals.start",
    ]

    /// Optional lists that are written as `null` when they hold nothing.
    static let nullLists: Set<String> = [
        "Role.rules", "ClusterRole.rules", "CustomResourceDefinitionStatus.conditions",
        "CustomResourceDefinitionStatus.storedVersions",
    ]

    /// Fields whose Go type has a name of its own, which error messages show.
    static let namedTypes: [String: String] = [
        "ObjectMeta.uid": "types.UID", "OwnerReference.uid": "types.UID", "ObjectReference.uid": "types.UID",
        "Container.imagePullPolicy": "v1.PullPolicy", "EphemeralContainer.imagePullPolicy": "v1.PullPolicy",
        "Container.terminationMessagePolicy": "v1.TerminationMessagePolicy",
        "Container.restartPolicy": "v1.ContainerRestartPolicy",
        "ContainerPort.protocol": "v1.Protocol", "ServicePort.protocol": "v1.Protocol",
        "PodSpec.restartPolicy": "v1.RestartPolicy",
        "PodSpec.dnsPolicy": "v1.DNSPolicy", "PodSpec.preemptionPolicy": "v1.PreemptionPolicy", "PodStatus.phase": "v1.PodPhase",
        "PodStatus.qosClass": "v1.PodQOSClass", "Secret.type": "v1.SecretType", "ServiceSpec.type": "v1.ServiceType",
        "NamespaceStatus.phase": "v1.NamespacePhase", "ResourceRequirements.limits": "v1.ResourceList",
        "ResourceRequirements.requests": "v1.ResourceList", "NodeStatus.capacity": "v1.ResourceList",
        "NodeStatus.allocatable": "v1.ResourceList", "Toleration.operator": "v1.TolerationOperator",
        "Toleration.effect": "v1.TaintEffect",
        "Taint.effect": "v1.TaintEffect", "EmptyDirVolumeSource.medium": "v1.StorageMedium",
        "HTTPGetAction.scheme": "v1.URIScheme",
    ]
}

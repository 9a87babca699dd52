// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// All API types by one import. A few names are in two groups, as they are in Go's packages; put the module before them:
//
// - `Event`, `EventSeries`: `KubernetesCore` and `KubernetesEvents`
// - `EndpointPort`: `KubernetesCore` and `KubernetesDiscovery`
// - `TokenRequest`: `KubernetesAuthentication` and `KubernetesStorage`
// - `ServiceReference`, `WebhookClientConfig`: `KubernetesAdmissionRegistration` and `KubernetesAPIExtensions`
//
// A program that needs few groups builds faster when it depends on those alone.

@_exported public import KubernetesAPIExtensions
@_exported public import KubernetesAdmission
@_exported public import KubernetesAdmissionRegistration
@_exported public import KubernetesApps
@_exported public import KubernetesAuthentication
@_exported public import KubernetesAuthorization
@_exported public import KubernetesAutoscaling
@_exported public import KubernetesBatch
@_exported public import KubernetesCertificates
@_exported public import KubernetesCoordination
@_exported public import KubernetesCore
@_exported public import KubernetesDiscovery
@_exported public import KubernetesEvents
@_exported public import KubernetesJSON
@_exported public import KubernetesMeta
@_exported public import KubernetesNetworking
@_exported public import KubernetesNode
@_exported public import KubernetesPolicy
@_exported public import KubernetesRBAC
@_exported public import KubernetesScheduling
@_exported public import KubernetesStorage

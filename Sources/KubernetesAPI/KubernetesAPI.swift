// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// All API types by one import. `Event` exists twice: write `KubernetesCore.Event` or `KubernetesEvents.Event`.

@_exported public import KubernetesAPIExtensions
@_exported public import KubernetesCoordination
@_exported public import KubernetesCore
@_exported public import KubernetesEvents
@_exported public import KubernetesJSON
@_exported public import KubernetesMeta
@_exported public import KubernetesNetworking

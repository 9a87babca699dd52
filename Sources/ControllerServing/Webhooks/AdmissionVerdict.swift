// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient

/// What an admission webhook decides about a request that it does not refuse.
public enum AdmissionVerdict: Sendable, Hashable {
    /// The request goes on unchanged.
    case allowed
    /// The request goes on with its object changed. Only a mutating webhook may say so.
    case patched([JSONPatchOperation])
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a task did not succeed. The raw values are what `status.reason` holds.
public enum FailureReason: String, Sendable, CaseIterable {
    /// The program ended with an exit code other than 0, or by a signal.
    case podFailed = "PodFailed"
    /// The program used more memory than its limit.
    case oomKilled = "OOMKilled"
    /// The node evicted the pod.
    case evicted = "Evicted"
    /// A pod of higher priority took the place.
    case preempted = "Preempted"
    /// The node that ran the pod is gone, or its runtime was restarted.
    case nodeLost = "NodeLost"
    /// Somebody removed the pod before it ended.
    case podMissing = "PodMissing"
    /// The image could not be pulled until the start-up deadline.
    case imagePullFailed = "ImagePullFailed"
    /// The container's configuration names something that does not exist.
    case createContainerConfigError = "CreateContainerConfigError"
    /// The command could not be started.
    case startError = "StartError"
    /// The container did not start within `spec.startupTimeoutSeconds`.
    case startupTimeout = "StartupTimeout"
    /// The program ran longer than `spec.timeoutSeconds`.
    case timeout = "Timeout"
    /// Somebody set `spec.canceled`.
    case canceled = "Canceled"
    /// No profile of this name exists.
    case profileResolutionFailed = "ProfileResolutionFailed"
    /// The profile may not be used in this namespace.
    case profileForbidden = "ProfileForbidden"
    /// The chosen backend does not exist here.
    case backendSelectionFailed = "BackendSelectionFailed"
    /// The task breaks a rule of its API.
    case validationFailed = "ValidationFailed"
    /// The API server refused the pod.
    case podCreationFailed = "PodCreationFailed"
    /// The ConfigMap that holds the code, or its key, does not exist.
    case codeNotFound = "CodeNotFound"
    /// An object that does not belong to this task has the name that the task needs.
    case nameConflict = "NameConflict"
    /// The program wrote more than its storage limit.
    case storageLimitExceeded = "StorageLimitExceeded"
}

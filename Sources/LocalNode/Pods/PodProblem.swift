// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a pod's container cannot be started now: becomes the waiting state's reason and message.
struct PodProblem: Error, Sendable, Hashable {
    /// The reasons that a kubelet gives.
    enum Reason: String, Sendable, Hashable {
        /// The image is not there; `ImagePullBackOff` while waiting for the next attempt.
        case imagePull = "ErrImagePull"
        /// Something that the pod refers to is missing or not supported.
        case configuration = "CreateContainerConfigError"
        /// The host refused to start it.
        case creation = "CreateContainerError"
    }

    var reason: Reason
    var message: String

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

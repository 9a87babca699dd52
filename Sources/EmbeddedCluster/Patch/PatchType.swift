// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The formats of patches by their media types.
enum PatchType: String, Sendable {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategicMerge = "application/strategic-merge-patch+json"
}

extension StatusError {
    /// The answer to a patch in a format that is not served.
    static var unsupportedPatch: StatusError {
        StatusError(code: 415, reason: "UnsupportedMediaType", message: "415: Unsupported Media Type", details: .object([:]))
    }
}

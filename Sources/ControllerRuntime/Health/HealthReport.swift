// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a health endpoint answers: 200 when `isHealthy`, else 500 as kube-apiserver does, with `text` as the body.
public struct HealthReport: Sendable, Hashable {
    /// Whether all checks that were asked passed.
    public var isHealthy: Bool
    /// One line for each check when there is something to tell or `verbose` was asked, else `ok`.
    public var text: String

    /// A report.
    public init(isHealthy: Bool, text: String) {
        self.isHealthy = isHealthy
        self.text = text
    }
}

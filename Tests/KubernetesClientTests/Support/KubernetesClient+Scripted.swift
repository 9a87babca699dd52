// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Logging

@testable import KubernetesClient

extension KubernetesClient {
    /// A client whose server is a script. It does not sleep unless `sleep` says otherwise.
    static func scripted(
        _ transport: ScriptedTransport,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) -> KubernetesClient {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return KubernetesClient(transport: transport, defaultNamespace: "home", retryPolicy: .never, logger: logger, sleep: sleep)
    }
}

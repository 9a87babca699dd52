// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedCluster
import KubernetesClient
import KubernetesMeta
import LocalNode

/// The local node's logs as the API server asks for them.
struct NodeLogSource: PodLogSource {
    let node: LocalNode
    let time: TimeSource

    func logs(
        namespace: String,
        pod: String,
        podUID: String,
        container: String,
        options: PodLogOptions
    ) async throws(PodLogError) -> HTTPBody {
        guard !options.previous else {
            // Containers of the local node are never restarted.
            throw PodLogError(
                code: .notStarted,
                message: "previous terminated container \"\(container)\" in pod \"\(pod)\" not found"
            )
        }
        do throws(LocalNodeError) {
            return try await node.logs(
                podUID: podUID,
                container: container,
                query: Self.query(options, now: time.wallNow().microseconds)
            )
        } catch {
            let code: PodLogError.Code =
                switch error.code {
                case .notFound: .notFound
                case .notStarted: .notStarted
                default: .unavailable
                }
            throw PodLogError(code: code, message: error.message)
        }
    }

    /// - Parameter now: Microseconds since 1970.
    static func query(_ options: PodLogOptions, now: Int64) -> LogQuery {
        var since = options.sinceTime.map { $0.seconds.multipliedReportingOverflow(by: 1_000_000).partialValue }
        if let seconds = options.sinceSeconds { since = now - Int64(seconds) * 1_000_000 }
        return LogQuery(
            follow: options.follow,
            tailLines: options.tailLines,
            limitBytes: options.limitBytes,
            sinceMicroseconds: since,
            timestamps: options.timestamps
        )
    }
}

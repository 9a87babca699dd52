// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import KubernetesMeta

extension KubernetesClient {
    /// Watches the objects of a kind over one connection. It is not resumed when it ends; that is the reflector's part.
    ///
    /// - Parameters:
    ///   - namespace: Of a namespaced kind; nil for all namespaces.
    /// - Returns: The stream of events, once the server has accepted the watch.
    public func watch<R: Resource>(
        _ type: R.Type,
        namespace: String? = nil,
        options: WatchOptions = WatchOptions()
    ) async throws(ClientError) -> WatchStream<R> {
        let limits = RequestOptions(
            timeout: nil,
            idleTimeout: options.idleTimeout,
            maximumBodyBytes: options.maximumBufferedBytes,
            lane: .bulk
        )
        var request = ClientRequest(.get, try ResourcePath(type).collection(in: namespace), options: limits)
        request.isWatch = true
        request.ask(for: type)
        request.query.add(options)
        let exchange = try await open(request)
        return WatchStream(body: exchange.body, maximumEventBytes: options.maximumEventBytes, subject: request.description)
    }

    /// Reads the log of a container.
    ///
    /// The body may be read as slowly as one likes: the server waits.
    ///
    /// - Parameters:
    ///   - namespace: nil for ``defaultNamespace``.
    ///   - container: nil when the pod has only one.
    /// - Returns: The bytes that the container wrote.
    public func logs(
        pod: String,
        namespace: String? = nil,
        container: String? = nil,
        options: LogOptions = LogOptions()
    ) async throws(ClientError) -> HTTPBody {
        let pods = ResourcePath(group: "", version: "v1", plural: "pods", scope: .namespaced)
        let path = try pods.object(pod, in: namespace ?? defaultNamespace, subresource: "log")
        let limits = RequestOptions(timeout: nil, maximumBodyBytes: 1 << 20, lane: .stream)
        var request = ClientRequest(.get, path, options: limits)
        request.accept = "*/*"
        request.query.add(options, container: container)
        return try await open(request).body
    }
}

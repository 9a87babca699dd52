// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import Logging

extension KubernetesClient {
    /// A client over the network, to the server of `configuration`.
    ///
    /// Its ``transport`` is a new ``CurlTransport``, which the caller shuts down.
    public init(
        configuration: ClientConfiguration,
        userAgent: String = KubernetesClient.defaultUserAgent,
        logger: Logger = Logger(label: "kubernetes-client")
    ) throws(ClientError) {
        self.init(
            transport: CurlTransport(configuration: configuration),
            defaultNamespace: configuration.defaultNamespace,
            userAgent: userAgent,
            logger: logger
        )
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import EmbeddedCluster
import KubernetesClient

/// The webhooks that a cluster's API server can reach: functions of the test in place of servers.
///
/// Registering the webhook itself is done as in any cluster, by a ValidatingWebhookConfiguration or MutatingWebhookConfiguration. A webhook
/// that nobody handles here refuses the connection, so that its failurePolicy decides.
///
/// ```swift
/// let webhook = Webhook.validating(LampValidator())
/// cluster.webhooks.handle(service: "lamps", namespace: "default") { call in
///     WebhookAnswer(body: try await webhook.review(call.body, logger: logger))
/// }
/// ```
public final class WebhookHandlers: WebhookCaller {
    /// Answers a review. Ends soon after its task is cancelled, which happens when the webhook's time is over; what it throws reaches the
    /// API server as a broken connection.
    public typealias Handler = @Sendable (_ call: WebhookCall) async throws -> WebhookAnswer

    private enum Place: Hashable {
        case url(String)
        case service(namespace: String, name: String)
    }

    private let handlers = Locked<[Place: Handler]>([:])

    /// Nobody handles anything.
    public init() {}

    /// Handles what is sent to `clientConfig.url`, exactly as it is written there; in place of an earlier handler.
    public func handle(url: String, _ handler: @escaping Handler) { handlers.withLock { $0[.url(url)] = handler } }

    /// Handles what is sent to `clientConfig.service`, whatever its port and path; in place of an earlier handler. No Service object is
    /// needed.
    public func handle(service name: String, namespace: String, _ handler: @escaping Handler) {
        handlers.withLock { $0[.service(namespace: namespace, name: name)] = handler }
    }

    /// Lets nobody answer any more.
    public func removeAll() { handlers.withLock { $0 = [:] } }

    public func call(_ call: WebhookCall) async throws(WebhookCallError) -> WebhookAnswer {
        let place: Place
        switch call.target {
        case .url(let url): place = .url(url)
        case .service(let service): place = .service(namespace: service.namespace, name: service.name)
        }
        guard let handler = handlers.withLock({ $0[place] }) else {
            throw WebhookCallError("connect: connection refused: the test handles no such webhook")
        }
        do {
            return try await handler(call)
        } catch {
            throw WebhookCallError("\(error)")
        }
    }
}

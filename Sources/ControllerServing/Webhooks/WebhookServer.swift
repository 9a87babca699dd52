// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import HTTPSServing
import HTTPTypes
import HummingbirdCore
import KubernetesClient
import Logging
import NIOCore
public import ServiceLifecycle

/// Serves webhooks to the API server: validating, defaulting, conversion.
///
/// A `Service`: `run()` waits for a certificate, listens until it is asked to stop, and then drains as ``WebhookServerOptions/drain``
/// says, so that a rolling update loses no request. With a manager it belongs to the group `webhooks`, ready when
/// ``waitUntilListening()`` has returned, since a list may need a conversion.
///
/// The API server shows no credentials unless it is configured to; whoever reaches the port may ask. Handlers must not tell more than their
/// verdict.
public struct WebhookServer: Service {
    private let responder: WebhookResponder
    private let tls: ServingTLS
    private let options: WebhookServerOptions
    private let environment: RuntimeEnvironment
    private let listening = Latch<Int>()

    /// A server that does nothing before `run()`.
    ///
    /// - Parameters:
    ///   - webhooks: What is served.
    ///   - tls: Has the certificate, which may be replaced at any time.
    ///   - options: The bounds.
    ///   - environment: Time, metrics, log, and the health, to which it adds the check `webhooks`.
    /// - Throws: ``ServingError`` with the code `configuration` for two webhooks at one path.
    public init(
        webhooks: [Webhook],
        tls: ServingTLS,
        options: WebhookServerOptions = WebhookServerOptions(),
        environment: RuntimeEnvironment
    ) throws(ServingError) {
        responder = try WebhookResponder(webhooks: webhooks, options: options, environment: environment)
        self.tls = tls
        self.options = options
        self.environment = environment
        environment.health.register("webhooks", at: .ready) { [listening, calls = responder.calls] in
            guard listening.value != nil else { return .unhealthy("webhooks are not served yet; there is no certificate") }
            let strays = calls.strayCount
            guard strays < calls.maximum else {
                return .unhealthy("\(strays) webhook handlers ignore their cancellation, and no request can be handled")
            }
            return .healthy()
        }
    }

    /// Waits until requests are accepted.
    ///
    /// - Returns: The port.
    /// - Throws: `CancellationError`.
    @discardableResult
    public func waitUntilListening() async throws -> Int {
        guard let port = await listening.wait() else { throw CancellationError() }
        return port
    }

    /// Listens and serves until the surrounding service group shuts down or the task is canceled; then drains.
    ///
    /// - Throws: ``ServingError`` when the address cannot be listened on.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await tls.certificate.waitUntilPresent() }
        } catch is CancellationError {
            return
        }
        try await Listener(
            address: options.address,
            tls: tls,
            drain: options.drain,
            limits: Listener.Limits(),
            health: environment.health,
            time: environment.time,
            logger: environment.logger,
            onListening: { [listening] in listening.open($0) },
            respond: { [responder, health = environment.health] request, writer, channel in
                var request = request
                let head = request.head
                let answer = try await responder.answer(head) { limit in
                    try await RequestBodyReader.read(&request, limit: limit)
                }
                var response = HTTPResponse(status: answer.status)
                response.headerFields[.contentType] = answer.contentType
                response.headerFields[.contentLength] = String(answer.body.count)
                response.headerFields[.xContentTypeOptions] = "nosniff"
                let closes = (health.isShuttingDown || answer.endsConnection) && !channel.isHTTP2Stream
                if closes { response.headerFields[.connection] = "close" }
                try await writer.write(response: response, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
                if closes && answer.endsConnection { throw ConnectionEnds() }
            }
        ).run()
    }

    /// Closes a connection on which the rest of a request is still to come.
    private struct ConnectionEnds: Error {}
}

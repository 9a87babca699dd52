// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import EmbeddedCluster
import HTTPTypes
import KubernetesClient

/// Calls webhooks over HTTPS. Their certificates are checked by the configuration's `caBundle`, or by the system's authorities without one;
/// those of a Service must be for `NAME.NAMESPACE.svc`. Proxies are never used.
///
/// Keeps connections to as many as 32 webhooks; when there are more, those that were asked longest ago are connected anew.
public final class CurlWebhookCaller: WebhookCaller {
    private struct Peer: Hashable {
        var address: WebhookAddress
        var authorities: [UInt8]
    }

    private struct Transports {
        var byPeer: [Peer: CurlTransport] = [:]
        /// The least recently asked first.
        var order: [Peer] = []
    }

    private static let maximumPeers = 32
    private let transports = Locked(Transports())

    /// A caller. Nothing is connected before the first call.
    public init() {}

    public func call(_ call: WebhookCall) async throws(WebhookCallError) -> WebhookAnswer {
        let address = try call.address()
        let transport = try transport(for: Peer(address: address, authorities: call.authorities))
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: call.path)
        head.headerFields[.contentType] = WebhookCall.contentType
        head.headerFields[.accept] = WebhookCall.accept
        do throws(TransportError) {
            let options = RequestOptions(timeout: call.timeout, maximumBodyBytes: call.maximumAnswerBytes)
            let exchange = try await transport.send(head, body: call.body, options: options)
            return WebhookAnswer(
                status: exchange.head.status.code,
                contentType: exchange.head.headerFields[.contentType] ?? "",
                body: try await exchange.body.collect(upTo: call.maximumAnswerBytes)
            )
        } catch {
            throw Self.failure(error, address)
        }
    }

    private func transport(for peer: Peer) throws(WebhookCallError) -> CurlTransport {
        let server: ServerURL
        let host = peer.address.host.contains(":") ? "[\(peer.address.host)]" : peer.address.host
        do throws(ServerURL.ParseError) {
            server = try ServerURL("https://\(host):\(peer.address.port)")
        } catch {
            throw WebhookCallError("the address \(host):\(peer.address.port) \(error)")
        }
        return transports.withLock { transports in
            transports.order.removeAll { $0 == peer }
            transports.order.append(peer)
            if let known = transports.byPeer[peer] { return known }
            if transports.order.count > Self.maximumPeers { transports.byPeer[transports.order.removeFirst()] = nil }
            // An empty proxy is none, whatever the environment says.
            var configuration = ClientConfiguration(server: server, proxy: "")
            if !peer.authorities.isEmpty { configuration.tls.certificateAuthority = peer.authorities }
            if peer.address.serverName != peer.address.host { configuration.tls.serverName = peer.address.serverName }
            let new = CurlTransport(configuration: configuration)
            transports.byPeer[peer] = new
            return new
        }
    }

    /// Failures in the words of Go's HTTP client where there are such.
    private static func failure(_ error: TransportError, _ address: WebhookAddress) -> WebhookCallError {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let peer = "\(host):\(address.port)"
        switch error.code {
        case .timedOut, .canceled: return .deadlineExceeded
        case .refused: return WebhookCallError("dial tcp \(peer): connect: connection refused")
        case .unreachable: return WebhookCallError("dial tcp \(peer): \(error.message)")
        case .tls: return WebhookCallError("tls: failed to verify certificate: \(error.message)")
        default: return WebhookCallError(error.message)
        }
    }
}

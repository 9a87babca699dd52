// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerTesting
import HTTPTypes
import KubernetesClient

/// A server that gives every request the same answer, piece by piece, and counts.
final class FixedTransport: HTTPTransport {
    private let chunks: [String]
    private let received = Locked(0)

    init(_ chunks: String...) { self.chunks = chunks }

    var count: Int { received.withLock { $0 } }

    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        received.withLock { $0 += 1 }
        let feed = BodyFeed()
        for chunk in chunks { feed.send(chunk) }
        feed.finish()
        return HTTPExchange(head: HTTPResponse(status: .ok), body: feed.body)
    }

    func shutdown() async {}
}

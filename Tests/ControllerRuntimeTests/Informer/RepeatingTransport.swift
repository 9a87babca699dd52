// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes
import KubernetesClient

/// A transport that brings some pieces of watches twice.
struct RepeatingTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let random: Locked<RandomSource>

    init(_ base: any HTTPTransport, random: RandomSource) {
        self.base = base
        self.random = Locked(random)
    }

    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        var exchange = try await base.send(head, body: body, options: options)
        guard head.path?.contains("watch=true") == true else { return exchange }
        let inner = exchange.body
        let again = Locked<[UInt8]?>(nil)
        exchange.body = HTTPBody(
            next: { () async throws(TransportError) -> [UInt8]? in
                let repeated = again.withLock { again in
                    defer { again = nil }
                    return again
                }
                if let repeated { return repeated }
                guard let chunk = try await inner.next() else { return nil }
                // Only whole lines: half an event twice is garbage, which is a fault of its own.
                if chunk.last == UInt8(ascii: "\n"), random.withLock({ Int.random(in: 0..<4, using: &$0) }) == 0 {
                    again.withLock { $0 = chunk }
                }
                return chunk
            },
            cancel: {}
        )
        return exchange
    }

    func shutdown() async { await base.shutdown() }
}

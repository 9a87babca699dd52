// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient

/// A transport that notes the time limits of what it is asked to send, and sends nothing.
struct Recorder: HTTPTransport {
    let seen: Calls<Duration?>

    func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        seen.put(options.timeout)
        throw TransportError(.refused, "nothing is sent")
    }

    func shutdown() async {}
}

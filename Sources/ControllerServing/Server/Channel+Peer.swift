// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import NIOCore

extension Channel {
    /// Whether the channel is a request's of an HTTP/2 connection: then its parent is the connection, whose parent listens.
    var isHTTP2Stream: Bool { parent?.parent != nil }

    /// Whether the client is on this machine.
    var isFromLoopback: Bool {
        let peer = isHTTP2Stream ? parent?.remoteAddress : remoteAddress
        guard let address = peer?.ipAddress else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}

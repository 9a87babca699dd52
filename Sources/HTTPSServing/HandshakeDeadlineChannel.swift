// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP2

/// Closes connections on which no protocol was agreed in time, so that clients that connect and say nothing do not use them up.
package struct HandshakeDeadlineChannel<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base
    private let timeout: TimeAmount

    package init(base: Base, timeout: TimeAmount) {
        self.base = base
        self.timeout = timeout
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let timer = channel.eventLoop.scheduleTask(in: timeout) {
            let pipeline = channel.pipeline.syncOperations
            if Self.has(NIOHTTP2Handler.self, in: pipeline) || Self.has(HTTPConnectionStateHandler.self, in: pipeline) { return }
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in timer.cancel() }
        return base.setup(channel: channel, logger: logger)
    }

    package func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }

    private static func has<Handler: ChannelHandler>(
        _ type: Handler.Type,
        in pipeline: ChannelPipeline.SynchronousOperations
    ) -> Bool {
        do {
            _ = try pipeline.handler(type: type)
            return true
        } catch {
            return false
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import NIOHTTPTypes

/// Closes the connection (HTTP/2: the stream) of a client that is too slow, in either direction.
///
/// A request must end within a time after its head. An answer that waits because the client does not read may wait for a time. Both are
/// timers of the event loop; nothing is spent on exchanges that make progress.
package final class ExchangeDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart

    private let requestTimeout: TimeAmount
    private let stalledReaderTimeout: TimeAmount
    private var requestTimer: Scheduled<Void>?
    private var stallTimer: Scheduled<Void>?

    package init(requestTimeout: TimeAmount, stalledReaderTimeout: TimeAmount) {
        self.requestTimeout = requestTimeout
        self.stalledReaderTimeout = stalledReaderTimeout
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requestTimer?.cancel()
            requestTimer = closeTimer(context, after: requestTimeout)
        case .body: break
        case .end:
            requestTimer?.cancel()
            requestTimer = nil
        }
        context.fireChannelRead(data)
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        stallTimer?.cancel()
        stallTimer = context.channel.isWritable ? nil : closeTimer(context, after: stalledReaderTimeout)
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        cancelTimers()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) { cancelTimers() }

    private func closeTimer(_ context: ChannelHandlerContext, after delay: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: delay) { channel.close(promise: nil) }
    }

    private func cancelTimers() {
        requestTimer?.cancel()
        stallTimer?.cancel()
        requestTimer = nil
        stallTimer = nil
    }
}

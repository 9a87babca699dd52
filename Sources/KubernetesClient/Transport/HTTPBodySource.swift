// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What stands behind the copies of an ``HTTPBody``: it ends the exchange when the last copy goes.
final class HTTPBodySource: Sendable {
    private let read: @Sendable () async throws(TransportError) -> [UInt8]?
    private let cancel: @Sendable () -> Void
    private let ended = Locked(false)

    init(next: @escaping @Sendable () async throws(TransportError) -> [UInt8]?, cancel: @escaping @Sendable () -> Void) {
        read = next
        self.cancel = cancel
    }

    deinit { cancel() }

    func next() async throws(TransportError) -> [UInt8]? {
        if ended.withLock({ $0 }) { return nil }
        do throws(TransportError) {
            guard let chunk = try await read() else {
                ended.withLock { $0 = true }
                return nil
            }
            return chunk
        } catch {
            ended.withLock { $0 = true }
            throw error
        }
    }
}

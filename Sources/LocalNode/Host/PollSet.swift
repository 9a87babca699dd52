// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox

/// Waits for many descriptors at once (epoll). Safe to use from any thread.
final class PollSet: Sendable {
    private static let batch = 64

    private let set: Descriptor

    init() throws(LocalNodeError) {
        var number: Int32 = -1
        let error = csandbox_poll_create(&number)
        guard error == 0 else { throw SystemCall.failure("epoll_create1", error) }
        set = try Descriptor.adopting(number)
    }

    /// From now on `wait` answers with `token` while the descriptor can be read.
    func add(_ descriptor: Descriptor, token: UInt64) throws(LocalNodeError) {
        let error = csandbox_poll_add(set.number, descriptor.number, token)
        guard error == 0 else { throw SystemCall.failure("epoll_ctl", error) }
    }

    func remove(_ descriptor: Descriptor) { csandbox_poll_remove(set.number, descriptor.number) }

    /// The tokens of what can be read; empty after the time has passed (-1: never).
    func wait(milliseconds: Int32) -> [UInt64] {
        [UInt64](unsafeUninitializedCapacity: Self.batch) { buffer, count in
            count = Int(csandbox_poll_wait(set.number, buffer.baseAddress, Int32(Self.batch), milliseconds))
        }
    }
}

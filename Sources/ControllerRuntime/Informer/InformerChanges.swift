// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// The changes of an informer's store as batches of keys; see `Informer.changes()`. One task reads it.
///
/// A slow reader misses no key but sees fewer, larger batches. The sequence ends when the informer has ended.
public struct InformerChanges<R: Resource>: AsyncSequence, Sendable {
    public typealias Element = ChangedKeys
    public typealias Failure = Never

    let informer: Informer<R>
    let mailbox: KeyMailbox

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(informer: informer, mailbox: mailbox) }

    /// Reads batch by batch.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let informer: Informer<R>
        let mailbox: KeyMailbox

        public mutating func next() async -> ChangedKeys? { await mailbox.take { Array(informer.snapshot().keys) } }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> ChangedKeys? { await next() }
    }
}

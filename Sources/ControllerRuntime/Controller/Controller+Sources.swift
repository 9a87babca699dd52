// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
public import KubernetesMeta
import Logging

extension Controller {
    /// Reconciles the keys that `map` gives for each change of the informer's objects that passes.
    ///
    /// `predicate` and `map` run where the informer works: they must be quick and must not block. `map` sees the old and the new object, so
    /// that what either belongs to is reconciled. The objects that are there at the start, and those of a resync, come at the low
    /// priority of the options.
    @discardableResult
    public func watches<O: Resource>(
        _ informer: Informer<O>,
        where predicate: ChangePredicate<O> = .any,
        map: @escaping @Sendable (ObjectChange<O>) -> [R.Key]
    ) -> Self {
        sources.withLock { $0.append(informer) }
        let (queue, intake, lowPriority) = (queue, intake, options.initialPriority)
        informer.onChange { changes in
            guard intake.isOpen else { return }
            // Not lazily: `predicate` and `map` would be called twice, once for counting.
            let passing = changes.filter { predicate($0) }
            queue.add(contentsOf: passing.flatMap { change in map(change).map { KeyAddition($0, cause: change.cause) } })
        }
        let kind = O.groupVersionKind.kind
        intake.addSource { reason in
            var additions: [KeyAddition<R.Key>] = []
            for object in informer.list() {
                let change = ObjectChange(key: ObjectKey(object), old: nil, new: object)
                guard predicate(change) else { continue }
                let cause = ReconcileCause(reason, kind: kind, object: change.key)
                for key in map(change) { additions.append(KeyAddition(key, priority: lowPriority, cause: cause)) }
            }
            queue.add(contentsOf: additions)
        }
        return self
    }

    /// Reconciles the keys that `map` gives for each element of a stream, while the controller works: webhooks, timers, other systems.
    ///
    /// The stream is read as fast as it comes: keys are held once each, so a burst takes no more room than the keys it names. To be called
    /// before `run()`.
    ///
    /// - Parameters:
    ///   - name: For log and causes.
    ///   - makeStream: Called when the controller begins to work, and again after a backoff when the stream throws. One that ends is over
    ///     until the controller begins anew.
    ///   - map: The keys of an element.
    @discardableResult
    public func watches<S: AsyncSequence & SendableMetatype>(
        stream name: String,
        _ makeStream: @escaping @Sendable () async throws -> S,
        map: @escaping @Sendable (S.Element) -> [R.Key]
    ) -> Self where S.AsyncIterator: SendableMetatype {
        let source = StreamSource<R.Key>(name: name) { add in
            for try await element in try await makeStream() { add(map(element)) }
        }
        streams.withLock { $0.append(source) }
        return self
    }

    /// Reads the stream until the task is canceled, it ends, or the queue is shut down.
    func follow(_ source: StreamSource<R.Key>) async {
        let failures = Locked(0)
        let cause = ReconcileCause(.received, kind: source.name)
        while !Task.isCancelled {
            do {
                try await source.read { [queue] keys in
                    failures.withLock { $0 = 0 }
                    queue.add(contentsOf: keys.map { KeyAddition($0, cause: cause) })
                }
                return logger.info("stream has ended", metadata: ["stream": "\(source.name)"])
            } catch is CancellationError where Task.isCancelled {
                return
            } catch {
                let count = failures.withLock { count in
                    count += 1
                    return count
                }
                let wait = ExponentialBackoff.reflector.delay(afterFailures: count - 1, random: environment.random)
                logger.warning(
                    "stream failed and is read anew: \(error)",
                    metadata: ["stream": "\(source.name)", "after": "\(wait)"]
                )
                do { try await environment.time.sleep(for: wait) } catch { return }  // canceled
            }
        }
    }

    /// Adds all objects of the sources from time to time, until the task is canceled.
    func resync(every period: Duration) async {
        while true {
            // Up to a tenth more or less, so that the controllers of a process do not do it at the same time.
            let share = 0.9 + 0.2 * environment.random.share()
            let wait = Duration.clamping(seconds: period.inSeconds * share)
            do { try await environment.time.sleep(for: wait) } catch { return }  // canceled
            intake.resync()
        }
    }
}

extension Controller where R.Key == ObjectKey {
    /// Reconciles the objects of the informer themselves.
    @discardableResult
    public func watches<O: Resource>(_ informer: Informer<O>, where predicate: ChangePredicate<O> = .any) -> Self {
        watches(informer, where: predicate) { [$0.key] }
    }

    /// Reconciles the owner of each object: the one that its controlling owner reference names, when it is of this kind, in any version.
    ///
    /// - Parameter everyOwner: All owners of this kind, not the controlling one alone.
    @discardableResult
    public func owns<O: Resource, Owner: Resource>(
        _ informer: Informer<O>,
        ownedBy owner: Owner.Type,
        everyOwner: Bool = false,
        where predicate: ChangePredicate<O> = .any
    ) -> Self {
        watches(informer, where: predicate) { $0.owners(of: Owner.self, everyOwner: everyOwner) }
    }
}

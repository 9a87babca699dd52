// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// The reflectors of an informer that follows some namespaces by a watch each. Used by one task.
final class ReflectorSet<R: Resource> {
    private struct Part {
        let stop = Latch<Void>()
        let ended = Latch<Void>()
    }

    private let makeReflector: (String?, Latch<Void>?) -> Reflector<R>
    private let core: InformerCore<R>
    private var parts: [String: Part] = [:]
    /// A few lists at a time: more would only wait for each other, and a server meets a crowd of clients after a restart.
    private let slots = SlotPool(count: 8)

    init(makeReflector: @escaping (String?, Latch<Void>?) -> Reflector<R>, core: InformerCore<R>) {
        self.makeReflector = makeReflector
        self.core = core
    }

    /// Follows the namespaces that `source` has, as they come and go, until the task is canceled.
    func follow(namesOf source: Informer<Namespace>, in group: inout DiscardingTaskGroup) async {
        let isKnown = Latch<Void>()
        group.addTask { [core] in
            for await status in source.statuses() where status != .synced || isKnown.value != nil {
                core.setNamespacesStatus(status)
            }
        }
        var changes = source.changes().makeAsyncIterator()
        do { try await source.waitUntilSynced() } catch { return }  // canceled
        repeat {
            let names = Set(source.list().compactMap(\.metadata.name))
            for name in parts.keys where !names.contains(name) { await end(name) }
            await follow(names, in: &group)
            if isKnown.open(()) { core.setNamespacesStatus(.synced) }
        } while await changes.next() != nil
    }

    /// Begins to follow those of the namespaces that are not followed yet.
    func follow(_ names: Set<String>, in group: inout DiscardingTaskGroup) async {
        let new = names.subtracting(parts.keys).sorted()
        for name in new { core.addPart(name) }
        for name in new {
            guard await slots.acquire() else { return }
            let part = Part()
            parts[name] = part
            let isListed = Latch<Void>()
            let reflector = makeReflector(name, isListed)
            group.addTask {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await reflector.run() }
                    group.addTask { _ = await part.stop.wait() }
                    await group.next()
                    group.cancelAll()
                }
                isListed.open(())
                part.ended.open(())
            }
            group.addTask { [slots] in
                _ = await isListed.wait()
                slots.release()
            }
        }
    }

    private func end(_ name: String) async {
        guard let part = parts.removeValue(forKey: name) else { return }
        part.stop.open(())
        // The watch has ended before its objects are taken away, so that it cannot bring them back.
        _ = await part.ended.wait()
        core.removePart(name)
    }
}

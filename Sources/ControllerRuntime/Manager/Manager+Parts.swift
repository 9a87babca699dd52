// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Logging

/// Which parts there are in a scope, and what is added to those that run.
extension Manager {
    /// What feeds are found by.
    struct FeedKey: Hashable {
        let scope: PartScope
        /// Whether it has the controllers of the scope or all other parts.
        let hasControllers: Bool
    }

    /// Adds a part. Where its scope runs already it is started at once.
    func enroll(_ part: ManagedPart) {
        parts.append(part)
        guard let feed = feeds[FeedKey(scope: place(of: part), hasControllers: part.controller != nil)] else { return }
        logger.info("added while running", metadata: ["part": "\(part.name)"])
        feed.add(part)
    }

    /// The parts of a scope that begins, and those that are added until ``endScope(_:)``.
    func beginScope(_ scope: PartScope) -> (controllers: PartFeed<ManagedPart>, others: PartFeed<ManagedPart>) {
        let all = parts(of: scope)
        let controllers = PartFeed(all.filter { $0.controller != nil })
        let others = PartFeed(all.filter { $0.controller == nil })
        feeds[FeedKey(scope: scope, hasControllers: true)] = controllers
        feeds[FeedKey(scope: scope, hasControllers: false)] = others
        return (controllers, others)
    }

    func endScope(_ scope: PartScope) {
        for hasControllers in [true, false] {
            feeds.removeValue(forKey: FeedKey(scope: scope, hasControllers: hasControllers))?.close()
        }
    }

    func parts(of scope: PartScope) -> [ManagedPart] { parts.filter { place(of: $0) == scope } }

    /// Where a part runs: one that needs leadership where nobody is elected leads at once.
    private func place(of part: ManagedPart) -> PartScope {
        guard case .led(let group?) = part.scope, !electors.contains(where: { $0.group == group }) else { return part.scope }
        return .led(nil)
    }

    /// Runs parts as they come, until the feed is closed and all have ended. A part's end is a reason to stop, unless it was canceled.
    func runParts(of feed: PartFeed<ManagedPart>) async {
        await withDiscardingTaskGroup { group in
            while let part = await feed.next() { group.addTask { await self.runPart(part.name, part.run) } }
        }
    }

    /// The controllers that have left reconciles behind, for a message; nil when none has. To be asked when `run()` of all has returned.
    func strays(of parts: [ManagedPart]) -> String? {
        let strays = parts.compactMap(\.controller).filter { $0.activity.strays > 0 }
        return strays.isEmpty ? nil : strays.map { "\($0.name) (\($0.activity.strays))" }.joined(separator: ", ")
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON

/// Reads the events of one watch while other steps run.
actor WatchReader {
    enum Item: Sendable {
        case event(JSONValue)
        case closed
    }

    private var items: [Item] = []
    private var waiter: CheckedContinuation<Void, Never>?
    private var rest: [UInt8] = []

    /// Reads the body to its end, or until the task is cancelled.
    func pump(_ body: HTTPBody) async {
        do {
            while let chunk = try await body.next() { take(chunk) }
        } catch {
            // A broken stream ends like a closed one.
        }
        items.append(.closed)
        wake()
    }

    private func take(_ chunk: [UInt8]) {
        rest += chunk
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(rest[..<end])
            rest.removeSubrange(...end)
            guard !line.isEmpty else { continue }
            do {
                items.append(.event(try JSONValue(parsing: line)))
            } catch {
                items.append(.event(["unparsable": .string(String(decoding: line, as: UTF8.self))]))
            }
        }
        wake()
    }

    /// The next event; nil when none has come until the deadline.
    func next(until deadline: ContinuousClock.Instant) async -> Item? {
        while items.isEmpty {
            guard ContinuousClock.now < deadline else { return nil }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.wait() }
                group.addTask {
                    do { try await Task.sleep(until: deadline, clock: .continuous) } catch { return }
                    await self.wake()
                }
                await group.next()
                group.cancelAll()
                wake()
            }
        }
        if case .closed = items[0] { return .closed }
        return items.removeFirst()
    }

    private func wait() async {
        guard items.isEmpty else { return }
        await withCheckedContinuation { waiter = $0 }
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}

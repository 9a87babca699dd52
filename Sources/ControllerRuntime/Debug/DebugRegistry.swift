// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
public import KubernetesJSON
import OrderedCollections

/// The parts that `/debug` can show.
///
/// Bound: parts are added when a process is put together; one of the same name replaces the one before.
public final class DebugRegistry: Sendable {
    private typealias Parts = OrderedDictionary<String, any DebugInspectable>

    private let parts = Locked<[DebugSection: Parts]>([:])

    /// A registry without parts.
    public init() {}

    /// Shows `part` in `section`.
    public func add(_ part: any DebugInspectable, at section: DebugSection) {
        parts.withLock { $0[section, default: [:]][part.debugName] = part }
    }

    /// Shows the part `name` no more.
    public func remove(_ name: String, at section: DebugSection) {
        parts.withLock { _ = $0[section]?.removeValue(forKey: name) }
    }

    /// One member for each part of `section`, in the order they were added.
    ///
    /// - Parameters:
    ///   - name: Only this part; nil for all.
    ///   - limit: The most entries of any list.
    /// - Returns: Nil when there is no part of that name.
    public func snapshot(_ section: DebugSection, of name: String? = nil, limit: Int = 1000) -> JSONValue? {
        let all = parts.withLock { $0[section] ?? [:] }
        if let name, all[name] == nil { return nil }
        let shown = all.filter { name == nil || $0.key == name }
        return .object(JSONObject(shown.map { ($0.key, $0.value.debugSnapshot(limit: limit)) }))
    }
}

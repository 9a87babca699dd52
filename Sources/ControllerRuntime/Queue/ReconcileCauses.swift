// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a key is to be worked on: different causes, in the order they came. Bound: `limit` causes; further ones are counted.
public struct ReconcileCauses: Hashable, Sendable, CustomStringConvertible {
    /// How many causes are kept.
    public static let limit = 8

    /// The causes that were kept, each once.
    public private(set) var listed: [ReconcileCause] = []
    /// How many adds had a cause that is not among the listed ones.
    public private(set) var unlisted = 0

    /// No causes.
    public init() {}

    /// These causes.
    public init(_ causes: some Sequence<ReconcileCause>) {
        for cause in causes { insert(cause) }
    }

    /// Whether nobody said why.
    public var isEmpty: Bool { listed.isEmpty }

    /// Whether one of the listed causes has this reason.
    public func contains(_ reason: ReconcileCause.Reason) -> Bool { listed.contains { $0.reason == reason } }

    /// As `updated Pod a/b, deleted Secret a/c and 3 more`.
    public var description: String {
        let text = listed.map(\.description).joined(separator: ", ")
        return unlisted > 0 ? "\(text) and \(unlisted) more" : text
    }

    mutating func insert(_ cause: ReconcileCause) {
        if listed.contains(cause) { return }
        if listed.count < Self.limit { listed.append(cause) } else { unlisted += 1 }
    }

    mutating func formUnion(_ other: ReconcileCauses) {
        for cause in other.listed { insert(cause) }
        unlisted += other.unlisted
    }
}

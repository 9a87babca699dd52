// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Parts that lead together, by one lease. A process may have several, each with a lease of its own, to share work between replicas.
public struct ElectionGroup: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The group's name, for log and health.
    public let rawValue: String

    /// A group of this name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A group of this name.
    public init(stringLiteral value: String) { rawValue = value }

    /// The group of parts for which none is named.
    public static let `default`: ElectionGroup = "default"

    public var description: String { rawValue }
}

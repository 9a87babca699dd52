// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The bounds of watches.
public struct WatchLimits: Sendable, Hashable {
    /// So many changes may wait for a watcher; with more it is dropped and has to resume.
    public var pendingChanges: Int
    /// How often a quiet watch that wants bookmarks gets one.
    public var bookmarkInterval: Duration
    /// The longest watch; also that of watches that name no timeout.
    public var maximumDuration: Duration

    /// Limits; by default 10,000 changes, a bookmark a minute, an hour.
    public init(
        pendingChanges: Int = 10_000,
        bookmarkInterval: Duration = .seconds(60),
        maximumDuration: Duration = .seconds(3600)
    ) {
        self.pendingChanges = pendingChanges
        self.bookmarkInterval = bookmarkInterval
        self.maximumDuration = maximumDuration
    }
}

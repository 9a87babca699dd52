// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a watch delivers, and its limits.
public struct WatchOptions: Sendable, Hashable {
    /// The revision after which events are delivered; nil for a start at any state, which the server sends as ADDED events.
    public var resourceVersion: String?
    /// Only with ``sendInitialEvents``: how ``resourceVersion`` is meant.
    public var resourceVersionMatch: ResourceVersionMatch?
    /// A label selector; nil for all.
    public var labelSelector: String?
    /// A field selector; nil for all.
    public var fieldSelector: String?
    /// Whether the server sends BOOKMARK events from time to time.
    public var allowBookmarks: Bool
    /// Whether the server sends the present state first and marks its end with a bookmark; nil for its default.
    public var sendInitialEvents: Bool?
    /// After how long the server ends the watch; nil for its default of 30 to 60 minutes.
    public var timeout: Duration?
    /// How long the connection may be silent; nil for no limit. With bookmarks a server speaks about once a minute.
    public var idleTimeout: Duration?
    /// How many bytes may wait unread before the watch is dropped with the code `tooLarge`.
    public var maximumBufferedBytes: Int
    /// The largest event that is accepted.
    public var maximumEventBytes: Int

    /// Options for a watch from a revision unless something else is given.
    public init(
        resourceVersion: String? = nil,
        resourceVersionMatch: ResourceVersionMatch? = nil,
        labelSelector: String? = nil,
        fieldSelector: String? = nil,
        allowBookmarks: Bool = true,
        sendInitialEvents: Bool? = nil,
        timeout: Duration? = nil,
        idleTimeout: Duration? = nil,
        maximumBufferedBytes: Int = 32 << 20,
        maximumEventBytes: Int = 16 << 20
    ) {
        self.resourceVersion = resourceVersion
        self.resourceVersionMatch = resourceVersionMatch
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.allowBookmarks = allowBookmarks
        self.sendInitialEvents = sendInitialEvents
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.maximumBufferedBytes = maximumBufferedBytes
        self.maximumEventBytes = maximumEventBytes
    }
}

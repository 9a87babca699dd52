// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What an informer holds and how it talks to the server.
public struct InformerOptions: Sendable {
    /// Only objects with these labels; nil for all.
    public var labelSelector: String?
    /// Only objects with these fields; nil for all.
    public var fieldSelector: String?
    /// How the whole state is asked for.
    public var initialState: InitialState
    /// Objects in one answer of a list.
    public var pageSize: Int
    /// How long a watch lasts at least before the server ends it; each lasts up to twice as long.
    public var watchDuration: Duration
    /// How long a watch may be silent, bookmarks included, before it counts as half-dead and is started again.
    public var idleLimit: Duration
    /// The wait between failing attempts.
    public var backoff: ExponentialBackoff

    /// Options with client-go's values, and 150 s of silence.
    public init(
        labelSelector: String? = nil,
        fieldSelector: String? = nil,
        initialState: InitialState = .pages,
        pageSize: Int = 500,
        watchDuration: Duration = .seconds(300),
        idleLimit: Duration = .seconds(150),
        backoff: ExponentialBackoff = .reflector
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.initialState = initialState
        self.pageSize = pageSize
        self.watchDuration = watchDuration
        self.idleLimit = idleLimit
        self.backoff = backoff
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The query of a request: items with a value, in a fixed order.
struct QueryItems: Sendable {
    private var items: [(name: String, value: String)] = []

    /// `?a=1&b=2`, or nothing.
    var text: String {
        items.isEmpty ? "" : "?" + items.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
    }

    private mutating func add(_ name: String, _ value: String?) {
        if let value { items.append((name, value)) }
    }

    private mutating func add(_ name: String, _ value: (some BinaryInteger)?) { add(name, value.map { String($0) }) }

    private mutating func add(_ name: String, ifTrue value: Bool) { if value { add(name, "true") } }

    mutating func add(_ options: ListOptions) {
        add("labelSelector", options.labelSelector)
        add("fieldSelector", options.fieldSelector)
        add("limit", options.limit)
        add("continue", options.continueToken)
        add("resourceVersion", options.resourceVersion)
        add("resourceVersionMatch", options.resourceVersionMatch?.rawValue)
    }

    mutating func add(_ options: WatchOptions) {
        add("watch", ifTrue: true)
        add("labelSelector", options.labelSelector)
        add("fieldSelector", options.fieldSelector)
        add("resourceVersion", options.resourceVersion)
        add("resourceVersionMatch", options.resourceVersionMatch?.rawValue)
        add("allowWatchBookmarks", ifTrue: options.allowBookmarks)
        add("sendInitialEvents", options.sendInitialEvents.map { $0 ? "true" : "false" })
        // Whole seconds, rounded up: zero would be the server's default.
        add("timeoutSeconds", options.timeout.map { $0.components.seconds + ($0.components.attoseconds > 0 ? 1 : 0) })
    }

    mutating func add(_ options: WriteOptions) {
        add("fieldManager", options.fieldManager)
        if options.dryRun { add("dryRun", "All") }
        add("fieldValidation", options.fieldValidation?.rawValue)
        add("force", ifTrue: options.force)
    }

    mutating func add(_ options: LogOptions, container: String?) {
        add("container", container)
        add("follow", ifTrue: options.follow)
        add("tailLines", options.tailLines)
        add("limitBytes", options.limitBytes)
        add("sinceSeconds", options.sinceSeconds)
        add("sinceTime", options.sinceTime.map { "\($0)" })
        add("timestamps", ifTrue: options.timestamps)
        add("previous", ifTrue: options.previous)
    }
}

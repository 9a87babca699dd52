// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import Logging

/// A swift-log handler that writes `LogLine`s as JSON or text.
///
/// An executable installs it once: `LoggingSystem.bootstrap { StructuredLogHandler(label: $0, format: .json, level: .info) }`.
public struct StructuredLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let sink: LogSink
    private let wallNow: @Sendable () -> WallTime

    /// A handler for the logger `label`.
    public init(
        label: String,
        format: LogFormat = .text,
        level: Logger.Level = .info,
        sink: LogSink = .standardError,
        wallNow: @escaping @Sendable () -> WallTime = TimeSource.system.wallNow
    ) {
        self.label = label
        self.format = format
        logLevel = level
        self.sink = sink
        self.wallNow = wallNow
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadataProvider?.get() ?? [:]
        all.merge(metadata) { $1 }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error"] = .string(String(describing: error)) }
        let line = LogLine(time: wallNow(), level: event.level, label: label, message: event.message.description, metadata: all)
        sink.write(line.rendered(as: format))
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import DequeModule
import KubernetesClient
public import Logging

/// Keeps what is logged, for tests to look at. Bound: the newest 10,000 lines; `dropped` counts the others.
public final class LogCapture: Sendable {
    /// One line of the log.
    public struct Entry: Sendable {
        /// Its level.
        public let level: Logger.Level
        /// Its text.
        public let message: String
        /// Metadata of the logger and of the line.
        public let metadata: [String: String]
    }

    private struct State {
        var entries: Deque<Entry> = []
        var dropped = 0
    }

    private let all = Locked(State())
    private static let maximumEntries = 10_000

    /// An empty log.
    public init() {}

    /// Everything so far, the newest last.
    public var entries: [Entry] { all.withLock { Array($0.entries) } }

    /// How many lines had to make room for newer ones.
    public var dropped: Int { all.withLock { $0.dropped } }

    /// The texts of a level.
    public func messages(_ level: Logger.Level) -> [String] { entries.filter { $0.level == level }.map(\.message) }

    /// A logger that writes here.
    public func logger(label: String = "test", level: Logger.Level = .trace) -> Logger {
        var logger = Logger(label: label, factory: { _ in Handler(capture: self) })
        logger.logLevel = level
        return logger
    }

    private struct Handler: LogHandler {
        let capture: LogCapture
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let entry = Entry(level: event.level, message: event.message.description, metadata: all.mapValues(\.description))
            capture.all.withLock { state in
                if state.entries.count == LogCapture.maximumEntries {
                    state.entries.removeFirst()
                    state.dropped += 1
                }
                state.entries.append(entry)
            }
        }
    }
}

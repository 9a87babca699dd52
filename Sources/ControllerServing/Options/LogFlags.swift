// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import ControllerRuntime
public import Logging

/// The flags of the log.
public struct LogFlags: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The least important messages that are logged.",
            discussion: "trace, debug, info, notice, warning, error or critical.",
            valueName: "level"
        )
    )
    public var logLevel: String = "info"

    @Option(
        help: ArgumentHelp(
            "How messages are written to standard error.",
            discussion: "text or json, one message on a line.",
            valueName: "format"
        )
    )
    public var logFormat: String = "text"

    public init() {}

    public func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level is '\(logLevel)'; use trace, debug, info, notice, warning, error or critical")
        }
        guard LogFormat(rawValue: logFormat) != nil else {
            throw ValidationError("--log-format is '\(logFormat)'; use text or json")
        }
    }

    /// A log as the flags want it, on standard error.
    public func makeLogger(label: String) -> Logger {
        let level = Logger.Level(rawValue: logLevel) ?? .info
        let format = LogFormat(rawValue: logFormat) ?? .text
        return Logger(label: label) { StructuredLogHandler(label: $0, format: format, level: level) }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where log lines go. A line is written whole, never mixed with another.
public struct LogSink: Sendable {
    /// Writes one line, which ends with a line feed.
    public let write: @Sendable ([UInt8]) -> Void

    /// A sink that calls `write`, from any thread.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

    /// The standard error stream. What cannot be written is lost: there is nobody to tell.
    public static let standardError: LogSink = {
        let turn = Locked(())
        return LogSink { line in turn.withLock { _ in writeAll(line[...]) } }
    }()

    private static func writeAll(_ line: ArraySlice<UInt8>) {
        var rest = line
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}

// `write` alone would name the property.
private let systemWrite: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { write($0, $1, $2) }

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Glibc

/// The reading end of the pipe through which a background process reports.
struct ReadinessPipe: Sendable {
    let descriptor: Int32

    /// What came of waiting.
    enum Outcome: Sendable, Hashable {
        case reported(ReadinessReport)
        /// The process ended, or closed the pipe, without a report.
        case ended
        case timedOut
    }

    private static let maximumBytes = 64 << 10

    /// Waits for the report. The descriptor is closed afterwards.
    func wait(for limit: Duration, time: TimeSource) async throws -> Outcome {
        defer { close(descriptor) }
        let deadline = time.now().advanced(by: limit)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < Self.maximumBytes {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                bytes.append(contentsOf: buffer[..<count])
                continue
            }
            if count == 0 { break }
            guard errno == EAGAIN || errno == EINTR else { break }
            guard time.now() < deadline else { return .timedOut }
            // A start takes some hundred milliseconds; looking again after five costs nothing and needs no thread.
            try await time.sleep(for: .milliseconds(5))
        }
        return ReadinessReport(line: bytes).map(Outcome.reported) ?? .ended
    }
}

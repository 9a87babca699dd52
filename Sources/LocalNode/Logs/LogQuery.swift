// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which part of a log is wanted, and how it is written out.
package struct LogQuery: Sendable, Hashable {
    /// Wait for more until the container has ended.
    package var follow = false
    /// Only that many of the last lines.
    package var tailLines: Int?
    /// Not more than so many bytes.
    package var limitBytes: Int?
    /// Only lines written at this time or later, in microseconds since 1970.
    package var sinceMicroseconds: Int64?
    /// The time in front of each line.
    package var timestamps = false

    package init(
        follow: Bool = false,
        tailLines: Int? = nil,
        limitBytes: Int? = nil,
        sinceMicroseconds: Int64? = nil,
        timestamps: Bool = false
    ) {
        self.follow = follow
        self.tailLines = tailLines
        self.limitBytes = limitBytes
        self.sinceMicroseconds = sinceMicroseconds
        self.timestamps = timestamps
    }
}

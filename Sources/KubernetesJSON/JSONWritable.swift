// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A type that can be written as JSON.
public protocol JSONWritable {
    /// Writes exactly one value.
    func write(to writer: inout JSONWriter)
}

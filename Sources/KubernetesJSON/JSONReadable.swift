// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A type that can be read from JSON.
public protocol JSONReadable {
    /// Reads one value, leaving `reader` just after it.
    init(from reader: inout JSONReader) throws(JSONError)
}

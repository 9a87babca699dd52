// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The six types of JSON values.
public enum JSONKind: String, Sendable, Hashable {
    case null, bool, number, string, array, object
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A part that can show what it holds, to a person who looks for what goes wrong.
///
/// The document is for reading, not for programs: its members may change with any version.
public protocol DebugInspectable: Sendable {
    /// What the part is called in log and metrics; unique in its section.
    var debugName: String { get }

    /// What the part holds now. It must be quick and must not block; names of objects are fine, their contents are not.
    ///
    /// - Parameter limit: The most entries of any list in the document. A list that is cut says so in a member beside it.
    func debugSnapshot(limit: Int) -> JSONValue
}

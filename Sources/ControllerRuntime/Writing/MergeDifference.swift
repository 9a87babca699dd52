// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// The merge patch (RFC 7386) that makes one document of another.
package enum MergeDifference {
    /// Nil when they are equal. Members that are gone are null, lists are replaced as a whole. What a merge patch cannot say is not
    /// found: a member whose value is null.
    package static func between(_ old: JSONValue, _ new: JSONValue) -> JSONValue? {
        guard old != new else { return nil }
        guard case .object(let before) = old, case .object(let after) = new else { return new }
        var patch = JSONObject()
        for (key, value) in after {
            if let present = before[key] {
                if let difference = between(present, value) { patch[key] = difference }
            } else {
                patch[key] = value
            }
        }
        for key in before.keys where after[key] == nil { patch[key] = .null }
        return .object(patch)
    }
}

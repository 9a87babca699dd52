// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// JSON Merge Patch, RFC 7386.
package enum MergePatch {
    /// The object with the members of `patch`: objects merge, null removes, everything else replaces.
    package static func apply(_ patch: JSONValue, to object: JSONValue) throws(StatusError) -> JSONValue {
        if patch.isNull { throw .badRequest("Invalid JSON Patch") }
        guard patch.object != nil else {
            throw .undecodablePatch("json: cannot unmarshal \(patch.goKind) into Go value of type map[string]interface {}")
        }
        return merge(patch, into: object)
    }

    private static func merge(_ patch: JSONValue, into target: JSONValue) -> JSONValue {
        guard case .object(let members) = patch else { return patch }
        var result: JSONObject = target.object ?? [:]
        for (key, value) in members {
            if value.isNull {
                result[key] = nil
            } else {
                result[key] = merge(value, into: result[key] ?? .null)
            }
        }
        return .object(result)
    }
}

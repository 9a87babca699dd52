// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

/// Kubernetes' strategic merge patch: a merge patch that knows which lists are sets or maps.
///
/// The rules are those of `k8s.io/apimachinery/pkg/util/strategicpatch`; an error there without a status of its own is a 500 with its text.
package enum StrategicMergePatch {
    /// The object with the patch merged into it.
    package static func apply(
        _ patch: JSONValue,
        to object: JSONValue,
        schema: any StrategicMergeSchema
    ) throws(StatusError) -> JSONValue {
        guard case .object(let patchMembers) = patch else {
            throw .badRequest("json: cannot unmarshal \(patch.goKind) into Go value of type map[string]interface {}")
        }
        return .object(try merge(patchMembers, into: object.object ?? [:], schema: schema))
    }

    /// Objects.
    static func merge(
        _ patch: JSONObject,
        into original: JSONObject,
        schema: (any StrategicMergeSchema)?
    ) throws(StatusError) -> JSONObject {
        var patch = patch
        var result = original
        if let directive = patch.removeValue(forKey: Directive.patch) {
            switch directive {
            case "replace": return patch
            case "delete": return [:]
            default: throw Directive.unknown(directive, in: patch)
            }
        }
        try retainKeys(&result, &patch)
        try mergeOrderedLists(&result, &patch, schema: schema)
        for (key, value) in patch {
            let deletedFrom = Directive.target(of: key, prefix: Directive.deleteFromPrimitiveList)
            let name = deletedFrom ?? key
            if deletedFrom != nil, value.array == nil { throw .badRequest("invalid patch format of primitive list") }
            if value.isNull {
                result[name] = nil
                continue
            }
            guard let current = result[name] else {
                if deletedFrom == nil { result[name] = Directive.cleaned(value) }
                continue
            }
            let field = schema?.field(name) ?? .plain
            switch (current, value) {
            case (.object(let old), .object(let new)):
                result[name] = .object(field.replacesMap ? new : try merge(new, into: old, schema: field.schema))
            case (.array(let old), .array(let new)) where deletedFrom != nil:
                result[name] = .array(old.filter { !new.contains($0) })
            case (.array(let old), .array(let new)):
                result[name] = .array(field.mergesList ? try StrategicMergeList(field).merge(new, into: old) : new)
            default:
                if deletedFrom == nil { result[name] = Directive.cleaned(value) }
            }
        }
        return result
    }

    /// `$retainKeys`: members that the list does not name go.
    private static func retainKeys(_ original: inout JSONObject, _ patch: inout JSONObject) throws(StatusError) {
        guard let directive = patch.removeValue(forKey: Directive.retainKeys) else { return }
        guard let names = directive.array else { throw .badRequest("invalid patch format of retainKeys") }
        let retained = Set(names.compactMap(\.string))
        for (key, value) in patch where !value.isNull && !Directive.isListDirective(key) {
            if !retained.contains(key) { throw .badRequest("invalid patch format of retainKeys") }
        }
        for key in original.keys where !retained.contains(key) { original[key] = nil }
    }

    /// `$setElementOrder/<list>`: merges the list and puts it into the order given. What it handled is taken out of the patch.
    private static func mergeOrderedLists(
        _ original: inout JSONObject,
        _ patch: inout JSONObject,
        schema: (any StrategicMergeSchema)?
    ) throws(StatusError) {
        for key in patch.keys {
            guard let name = Directive.target(of: key, prefix: Directive.setElementOrder) else { continue }
            guard let order = patch.removeValue(forKey: key)?.array else {
                throw .badRequest("invalid patch format of setElementOrder list")
            }
            let field = schema?.field(name) ?? .plain
            let list = StrategicMergeList(field)
            let changes = patch[name]?.array
            if let changes { try list.check(changes, against: order) }
            let merged: [JSONValue]
            switch (original[name]?.array, changes) {
            case (nil, nil): continue
            case (let old?, nil): merged = old
            case (nil, let new?): merged = Directive.cleaned(.array(new)).array ?? []
            case (let old?, let new?): merged = field.mergesList ? try list.merge(new, into: old) : new
            }
            let serverOrder = original[name]?.array ?? []
            original[name] = .array(try list.ordered(merged, by: order, serverOrder: serverOrder))
            patch[name] = nil
        }
    }
}

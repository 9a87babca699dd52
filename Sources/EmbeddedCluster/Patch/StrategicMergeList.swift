// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Merging of one list: a set of scalars, or objects known by a key.
struct StrategicMergeList {
    private let field: StrategicMergeField

    init(_ field: StrategicMergeField) { self.field = field }

    /// What tells elements apart.
    private func identity(_ element: JSONValue) throws(StatusError) -> JSONValue {
        guard let key = field.mergeKey else { return element }
        guard let value = element[key] else {
            throw StrategicMergePatch.Directive.failure(
                "map: \(GoValue.text(element)) does not contain declared merge key: \(key)"
            )
        }
        return value
    }

    /// The merged list: the elements that the patch names in its order, the others where they were relative to them.
    func merge(_ patch: [JSONValue], into original: [JSONValue]) throws(StatusError) -> [JSONValue] {
        if original.isEmpty, patch.isEmpty { return original }
        let holdsObjects = (original + patch).contains { $0.object != nil }
        guard holdsObjects else {
            return try ordered(Self.withoutDuplicates(original + patch), by: patch, serverOrder: original)
        }
        guard field.mergeKey != nil else {
            throw StrategicMergePatch.Directive.failure("cannot merge lists without merge key")
        }
        var remaining = original
        guard let changes = try applyDirectives(patch, to: &remaining) else { return try withoutDirectives(patch) }
        return try ordered(try mergeElements(changes, into: remaining), by: changes, serverOrder: remaining)
    }

    private static func withoutDuplicates(_ elements: [JSONValue]) -> [JSONValue] {
        var seen: Set<JSONValue> = []
        return elements.filter { seen.insert($0).inserted }
    }

    /// Deletes what `$patch: delete` elements name and returns the other elements; nil when a `$patch: replace` element is among them.
    private func applyDirectives(_ patch: [JSONValue], to original: inout [JSONValue]) throws(StatusError) -> [JSONValue]? {
        var changes: [JSONValue] = []
        var replaces = false
        for element in patch {
            guard let directive = element[StrategicMergePatch.Directive.patch] else {
                changes.append(element)
                continue
            }
            switch directive {
            case "delete":
                let removed = try identity(element)
                original.removeAll { element in field.mergeKey.flatMap { element[$0] } == removed }
            case "replace": replaces = true
            case "merge": throw StrategicMergePatch.Directive.failure("merging lists cannot yet be specified in the patch")
            default: throw StrategicMergePatch.Directive.unknown(directive, in: element.object ?? [:])
            }
        }
        return replaces ? nil : changes
    }

    private func withoutDirectives(_ patch: [JSONValue]) throws(StatusError) -> [JSONValue] {
        patch.filter { $0[StrategicMergePatch.Directive.patch] == nil }
    }

    private func mergeElements(_ patch: [JSONValue], into original: [JSONValue]) throws(StatusError) -> [JSONValue] {
        var merged = original
        for element in patch {
            let wanted = try identity(element)
            let index = merged.firstIndex { candidate in field.mergeKey.flatMap { candidate[$0] } == wanted }
            guard let index, case .object(let old) = merged[index], case .object(let new) = element else {
                merged.append(StrategicMergePatch.Directive.cleaned(element))
                continue
            }
            merged[index] = .object(try StrategicMergePatch.merge(new, into: old, schema: field.schema))
        }
        return merged
    }

    // MARK: Order

    /// A `$setElementOrder` list must name every element of the patch, in the patch's order.
    func check(_ patch: [JSONValue], against order: [JSONValue]) throws(StatusError) {
        var position = order.startIndex
        let wanted = try identities(order)
        for element in patch where element[StrategicMergePatch.Directive.patch] == nil {
            let identity = try identity(element)
            guard let found = wanted[position...].firstIndex(of: identity) else {
                throw .badRequest(
                    "The order in patch list:\n\(GoValue.text(.array(patch)))\n doesn't match $setElementOrder list:\n"
                        + "\(GoValue.text(.array(order)))\n"
                )
            }
            position = found + 1
        }
    }

    private func identities(_ elements: [JSONValue]) throws(StatusError) -> [JSONValue] {
        var result: [JSONValue] = []
        for element in elements { result.append(try identity(element)) }
        return result
    }

    /// Elements of `order` in its order; the others keep their order of `serverOrder`, which also decides where they go in between.
    func ordered(_ elements: [JSONValue], by order: [JSONValue], serverOrder: [JSONValue]) throws(StatusError) -> [JSONValue] {
        let wanted = try positions(order)
        let known = try positions(serverOrder)
        var named: [(position: Int, server: Int?, element: JSONValue)] = []
        var others: [(position: Int, server: Int?, element: JSONValue)] = []
        for element in elements {
            let identity = try identity(element)
            let server = known[identity]
            if let position = wanted[identity] {
                named.append((position, server, element))
            } else {
                others.append((server ?? Int.max, server, element))
            }
        }
        named = named.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
        others = others.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
        var result: [JSONValue] = []
        var next = named.startIndex
        for other in others {
            // Before the first named element that the server had behind it.
            while next < named.endIndex {
                if let otherPlace = other.server, let namedPlace = named[next].server, otherPlace < namedPlace { break }
                result.append(named[next].element)
                next += 1
            }
            result.append(other.element)
        }
        return result + named[next...].map(\.element)
    }

    private func positions(_ elements: [JSONValue]) throws(StatusError) -> [JSONValue: Int] {
        var result: [JSONValue: Int] = [:]
        for (index, element) in elements.enumerated() {
            let identity = try identity(element)
            if result[identity] == nil { result[identity] = index }
        }
        return result
    }
}

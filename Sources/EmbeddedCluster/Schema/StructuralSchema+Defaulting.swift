// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON

extension StructuralSchema {
    /// Fills in defaults: for members that are absent, or null where null is not allowed; then inside what was there or filled in.
    /// A null without a default that is not allowed is removed from objects.
    ///
    /// Applying it twice changes nothing more.
    package func applyDefaults(to value: inout JSONValue) {
        switch value {
        case .object(var object):
            value = .null
            if hasDefaults {
                for name in propertyNames {
                    guard let property = properties[name], let filling = property.defaultValue else { continue }
                    let current = object[name]
                    if current == nil || (current?.isNull == true && !property.isNullable) { object[name] = filling }
                }
            }
            for name in object.keys {
                guard let schema = member(name) else { continue }
                if object[name]?.isNull == true, !schema.isNullable { object[name] = schema.defaultValue }
                guard schema.isContainer, var child = object[name] else { continue }
                object[name] = .null
                schema.applyDefaults(to: &child)
                object[name] = child
            }
            value = .object(object)
        case .array(var elements):
            guard let items else { return }
            value = .null
            for index in elements.indices {
                if elements[index].isNull, !items.isNullable, let filling = items.defaultValue { elements[index] = filling }
                if items.isContainer { items.applyDefaults(to: &elements[index]) }
            }
            value = .array(elements)
        default: break
        }
    }

    /// Whether values under this schema have members or elements that it says something about.
    private var isContainer: Bool {
        if !properties.isEmpty || items != nil { return true }
        if case .schema = additionalProperties { return true }
        return false
    }
}

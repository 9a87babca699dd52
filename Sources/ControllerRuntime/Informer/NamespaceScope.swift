// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// The namespaces whose objects are followed. Cluster-scoped kinds have only `all`.
public enum NamespaceScope: Sendable, Hashable {
    /// Every namespace, by one watch.
    case all
    /// These namespaces, by a watch each. An operator that may read only in some namespaces needs no cluster-wide rights.
    case named(Set<String>)
    /// Every namespace but these, by one watch from which the server leaves them out (`metadata.namespace!=`). It needs the right to list and
    /// watch in all namespaces. Bound: as many names as fit into a URL, some hundred.
    case allBut(Set<String>)
    /// The namespaces that have such labels, by a watch each, which start and end as labels and namespaces come and go. What leaves is told
    /// as deleted. It needs the right to list and watch namespaces.
    case labeled(LabelSelector)

    /// One namespace; nil for all.
    public static func only(_ namespace: String?) -> NamespaceScope { namespace.map { .named([$0]) } ?? .all }

    /// Whether objects of `namespace` are followed; nil when that depends on what namespaces there are.
    func covers(_ namespace: String) -> Bool? {
        switch self {
        case .all: true
        case .named(let names): names.contains(namespace)
        case .allBut(let names): !names.contains(namespace)
        case .labeled: nil
        }
    }

    /// What a selector of fields has to say for it; empty when each namespace has a watch of its own.
    var fields: FieldSelector {
        guard case .allBut(let names) = self else { return FieldSelector() }
        return FieldSelector(requirements: names.sorted().map { .notEquals("metadata.namespace", $0) })
    }

    /// The beginning of an informer's name, for log, metrics and health; nil for all.
    var shortName: String? {
        switch self {
        case .all: nil
        case .named(let names) where names.count <= 3: names.sorted().joined(separator: "+")
        case .named(let names): "\(names.count)-namespaces"
        case .allBut: "other-namespaces"
        case .labeled: "labeled-namespaces"
        }
    }
}

extension NamespaceScope: CustomStringConvertible {
    public var description: String {
        switch self {
        case .all: "all namespaces"
        case .named(let names) where names.count == 1: "namespace \(names.first ?? "")"
        case .named(let names): "namespaces \(names.sorted().joined(separator: ", "))"
        case .allBut(let names): "all namespaces but \(names.sorted().joined(separator: ", "))"
        case .labeled(let selector): "namespaces labeled \(selector)"
        }
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Which objects of a kind a cache follows. Informers of one kind and one scope are shared.
public struct CacheScope: Sendable, Hashable {
    /// Their namespaces.
    public var namespaces: NamespaceScope
    /// Only objects with such labels; nil for all. The server selects.
    public var labels: LabelSelector?
    /// Only objects with such fields; nil for all. The server selects, and knows few fields.
    public var fields: FieldSelector?

    /// The objects of these namespaces that both selectors select.
    public init(_ namespaces: NamespaceScope = .all, labels: LabelSelector? = nil, fields: FieldSelector? = nil) {
        self.namespaces = namespaces
        self.labels = labels
        self.fields = fields
    }

    /// All objects.
    public static let all = CacheScope()

    /// The objects of one namespace.
    public static func namespace(_ name: String) -> CacheScope { CacheScope(.named([name])) }
}

extension CacheScope: CustomStringConvertible {
    public var description: String {
        var text = namespaces.description
        if let labels, !labels.isEmpty { text += ", labels \(labels)" }
        if let fields, !fields.isEmpty { text += ", fields \(fields)" }
        return text
    }

    /// The scope as an expression of Swift, for advice.
    var source: String {
        var arguments: [String] = []
        switch namespaces {
        case .all: break
        case .named(let names): arguments.append(".named([\(Self.source(names))])")
        case .allBut(let names): arguments.append(".allBut([\(Self.source(names))])")
        case .labeled: arguments.append(".labeled(…)")
        }
        if labels != nil { arguments.append("labels: …") }
        if fields != nil { arguments.append("fields: …") }
        return arguments.isEmpty ? ".all" : "CacheScope(\(arguments.joined(separator: ", ")))"
    }

    private static func source(_ names: Set<String>) -> String {
        names.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Which changes of a kind's objects a controller hears of.
///
/// The factories whose names end in "changed" ask about updates only: an object that has come, is gone, or was replaced by another one of
/// its name always passes. Those that ask about an object pass when its old or its new state does what is asked, so that a controller
/// also hears of an object that ceases to.
public struct ChangePredicate<R: Resource>: Sendable {
    private let passes: @Sendable (ObjectChange<R>) -> Bool

    /// The changes for which `passes` says true. It runs where the informer works: it must be quick and must not block.
    public init(_ passes: @escaping @Sendable (ObjectChange<R>) -> Bool) { self.passes = passes }

    /// Whether the change passes.
    public func callAsFunction(_ change: ObjectChange<R>) -> Bool { passes(change) }

    // MARK: Kinds of changes

    /// All changes.
    public static var any: ChangePredicate { ChangePredicate { _ in true } }
    /// Objects that have come, those that are there at the start among them.
    public static var created: ChangePredicate { ChangePredicate { $0.old == nil && $0.new != nil } }
    /// Objects that are gone.
    public static var deleted: ChangePredicate { ChangePredicate { $0.new == nil } }
    /// Objects that were there before and are now.
    public static var updated: ChangePredicate { ChangePredicate { $0.old != nil && $0.new != nil } }

    // MARK: What changed

    /// The specification has changed, or the deletion was asked for: `metadata.generation`. Not for kinds whose server does not count it,
    /// as ConfigMaps: their updates would never pass.
    public static var generationChanged: ChangePredicate { changed { $0.metadata.generation } }
    /// Every update of the server.
    public static var resourceVersionChanged: ChangePredicate { changed { $0.metadata.resourceVersion } }
    /// Any label has changed.
    public static var labelsChanged: ChangePredicate { changed { $0.metadata.labels ?? [:] } }
    /// Any annotation has changed.
    public static var annotationsChanged: ChangePredicate { changed { $0.metadata.annotations ?? [:] } }
    /// The label `name` has come, gone or changed.
    public static func labelChanged(_ name: String) -> ChangePredicate { changed { $0.metadata.labels?[name] } }
    /// The annotation `name` has come, gone or changed.
    public static func annotationChanged(_ name: String) -> ChangePredicate { changed { $0.metadata.annotations?[name] } }

    /// What `value` says of the object has changed.
    public static func changed<Value: Equatable & SendableMetatype>(_ value: @escaping @Sendable (R) -> Value) -> ChangePredicate
    {
        ChangePredicate { change in
            guard let old = change.old, let new = change.new, old.metadata.uid == new.metadata.uid else { return true }
            return value(old) != value(new)
        }
    }

    // MARK: Which object

    /// The old or the new state does what `holds` asks.
    public static func object(_ holds: @escaping @Sendable (R) -> Bool) -> ChangePredicate {
        ChangePredicate { change in [change.old, change.new].contains { $0.map(holds) ?? false } }
    }

    /// The old or the new labels are selected.
    public static func labels(_ selector: LabelSelector) -> ChangePredicate {
        object { selector.matches($0.metadata.labels ?? [:]) }
    }

    /// The object is in one of these namespaces.
    public static func namespaces(_ namespaces: Set<String>) -> ChangePredicate {
        ChangePredicate { $0.key.namespace.map(namespaces.contains) ?? false }
    }

    // MARK: Composing

    /// Both pass; the second one is asked only if the first passes.
    public static func && (lhs: ChangePredicate, rhs: ChangePredicate) -> ChangePredicate {
        ChangePredicate { lhs($0) && rhs($0) }
    }

    /// One of both passes; the second one is asked only if the first does not.
    public static func || (lhs: ChangePredicate, rhs: ChangePredicate) -> ChangePredicate {
        ChangePredicate { lhs($0) || rhs($0) }
    }

    /// The change does not pass `predicate`. Think of creations and deletions: the opposite of `generationChanged` lets none of them pass.
    public static prefix func ! (predicate: ChangePredicate) -> ChangePredicate { ChangePredicate { !predicate($0) } }
}

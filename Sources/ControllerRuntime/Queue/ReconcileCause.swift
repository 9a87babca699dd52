// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Why a key was added to a queue: what happened, and to which object.
public struct ReconcileCause: Hashable, Sendable, CustomStringConvertible {
    /// What happened.
    public var reason: Reason
    /// The kind of the object it happened to, without its group; empty when no object is behind it.
    public var kind: String
    /// The object it happened to, which may be another one than the key names.
    public var object: ObjectKey?

    /// A cause.
    public init(_ reason: Reason, kind: String = "", object: ObjectKey? = nil) {
        self.reason = reason
        self.kind = kind
        self.object = object
    }

    /// As `updated Pod default/web-0`.
    public var description: String {
        var text = reason.description
        if !kind.isEmpty { text += " \(kind)" }
        if let object { text += " \(object)" }
        return text
    }

    /// What happens to objects and keys. A program may have reasons of its own.
    public struct Reason: Hashable, Sendable, CustomStringConvertible {
        /// What the log shows.
        public let description: String

        /// A reason that is shown as `description`: a word, as `expired`. Use few different ones.
        public init(_ description: String) { self.description = description }

        /// The object was there when the controller started.
        public static let listed = Reason("listed")
        /// The object has come.
        public static let created = Reason("created")
        /// The object has changed.
        public static let updated = Reason("updated")
        /// The object is gone.
        public static let deleted = Reason("deleted")
        /// All objects are looked at again from time to time.
        public static let resynced = Reason("resynced")
        /// A stream told it.
        public static let received = Reason("received")
        /// An earlier reconcile asked to come back.
        public static let requeued = Reason("requeued")
        /// An earlier reconcile failed.
        public static let retried = Reason("retried")
        /// An earlier reconcile got further and had more to do.
        public static let progressed = Reason("progressed")
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
import KubernetesMeta

/// One write that a client asked for, and what came of it: a short form of audit.k8s.io's Event.
public struct AuditEvent: Sendable, Hashable {
    /// When the request had arrived, in microseconds since 1970.
    public var received: Int64
    /// When the answer was ready.
    public var answered: Int64
    /// Who asked.
    public var user: String
    /// What the client calls itself; a leader names its term there.
    public var userAgent: String
    /// `create`, `update`, `patch`, `delete` or `deletecollection`.
    public var verb: String
    /// The object, as far as path and answer name it.
    public var object: ObjectReference
    /// The answer's HTTP status.
    public var code: Int
    /// Whether the write took effect: it succeeded, and was no dry run.
    public var isApplied: Bool
    /// What else is worth knowing: of a lease, its holder and transitions after the write.
    public var annotations: [String: String]

    /// What a write is about.
    public struct ObjectReference: Sendable, Hashable {
        /// Empty for the core group.
        public var group: String
        /// The plural name.
        public var resource: String
        /// Empty for the object itself.
        public var subresource: String
        /// Empty for cluster-scoped objects.
        public var namespace: String
        /// Empty for collections.
        public var name: String
        /// Empty when the answer does not tell.
        public var uid: String
        /// After the write; empty when the answer does not tell.
        public var resourceVersion: String
    }

    /// The event as one line of the log.
    public var json: JSONValue {
        [
            "requestReceivedTimestamp": .string(Self.text(received)), "stageTimestamp": .string(Self.text(answered)),
            "user": ["username": .string(user)], "userAgent": .string(userAgent), "verb": .string(verb),
            "objectRef": [
                "apiGroup": .string(object.group), "resource": .string(object.resource),
                "subresource": .string(object.subresource), "namespace": .string(object.namespace), "name": .string(object.name),
                "uid": .string(object.uid), "resourceVersion": .string(object.resourceVersion),
            ],
            "responseStatus": ["code": .int(Int64(code))], "applied": .bool(isApplied),
            "annotations": .object(
                JSONObject(annotations.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) })
            ),
        ]
    }

    private static func text(_ microseconds: Int64) -> String { MicroTime(microseconds: microseconds).description }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
package import KubernetesMeta

/// What is particular to one kind: pure functions over its JSON. The request pipeline calls them in this order:
///
/// - create: `decode`, *(pipeline: where mutating webhooks are registered, `references`, `admit`, `setDefaults`, the webhooks, and `decode`
///   of what they make)*, `references` and `admit`, *(pipeline: namespace, generateName, uid, creationTimestamp, drops the server's
///   metadata)*, `prepareForCreate`, *(pipeline: ObjectMeta validation by `nameRule`)*, `validateCreate`, `warnings`, *(pipeline: validating
///   webhooks)*, stored.
/// - update and patch: `decode` (the whole new object), *(pipeline: `setDefaults` and mutating webhooks as above, resourceVersion and uid
///   checked, server's metadata carried over from the old object)*, `prepareForUpdate`, *(pipeline: ObjectMeta validation)*,
///   `validateUpdate`, `warnings`, *(pipeline: validating webhooks)*, stored when it differs.
///
/// A strategy never sees or sets `resourceVersion`. It owns `metadata.generation`: kinds that have one set it to 1 in
/// `prepareForCreate` (the pipeline removed what the client sent) and raise it in `prepareForUpdate` (the pipeline put the old one in).
/// Errors of ObjectMeta (names, labels, annotations, finalizers, owner references, immutable metadata) are the pipeline's.
package protocol ResourceStrategy: Sendable {
    /// What names of this kind look like.
    var nameRule: NameRule { get }

    /// Whether a PUT to a name that does not exist creates it (Leases, Events and few others).
    var allowsCreateOnUpdate: Bool { get }

    /// Whether an update without a resourceVersion is accepted. Custom resources refuse it.
    var allowsUnconditionalUpdate: Bool { get }

    /// Checks types, drops or reports unknown and `duplicates` fields (paths, as the JSON reader reports them) per `context.fieldValidation`,
    /// prunes, and normalises what Go's decoding would (null members dropped, for instance). `apiVersion` and `kind` are already right.
    func decode(_ body: JSONValue, duplicates: [String], context: RequestContext) throws(StatusError) -> DecodedObject

    /// Objects that ``admit(_:old:context:)`` has to see; the pipeline puts those that exist into `context.referenced`.
    func references(of object: JSONValue, context: RequestContext) -> [StorageKey]

    /// Mutating admission by the server itself (a pod's service account, priority and tolerations): runs on create after decoding and
    /// before everything else, and may refuse the request. `old` is nil on create.
    func admit(_ object: inout JSONValue, old: JSONValue?, context: RequestContext) throws(StatusError)

    /// What the server fills in of every object as soon as it is read, so that webhooks see it. Kinds that do so in `decode` have nothing here.
    func setDefaults(_ object: inout JSONValue)

    /// For kinds that are questions rather than objects (access reviews): the answer to a create, which is not stored. Nil for all others.
    /// Called after `decode`; nothing else follows.
    func answer(to object: JSONValue, context: RequestContext) throws(StatusError) -> JSONValue?

    /// Defaulting; drops what clients may not set (status).
    func prepareForCreate(_ object: inout JSONValue, context: RequestContext)

    func validateCreate(_ object: JSONValue, context: RequestContext) -> [FieldError]

    /// Defaulting; keeps the old status, or for `context.subresource == "status"` everything but the status; raises generation.
    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue, context: RequestContext)

    func validateUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) -> [FieldError]

    /// Sentences for the client that do not stop the request. `old` is nil on create.
    func warnings(for object: JSONValue, old: JSONValue?, context: RequestContext) -> [String]

    /// The object as it is served from storage: defaults that came later (custom resources). Most kinds return it unchanged.
    func decodedFromStorage(_ object: JSONValue) -> JSONValue

    /// The object as it is stored: the shape that all versions and groups of the storage share (Events). Most kinds return it unchanged;
    /// the pipeline itself rewrites `apiVersion`. The inverse of ``decodedFromStorage(_:)``.
    func encodedForStorage(_ object: JSONValue) -> JSONValue

    /// How strategic merge patches treat the lists of this kind; nil where they are not supported (415).
    func strategicMergeSchema() -> (any StrategicMergeSchema)?

    /// Schemas for the OpenAPI document of the kind's group and version, by definition name; empty for built-in kinds, whose schemas the
    /// server knows. The kind itself is `OpenAPIDocument.customSchemaName(definition)`.
    func openAPIDefinitions(for definition: ResourceDefinition) -> JSONObject

    /// Fields that fieldSelector may name beyond `metadata.name` and `metadata.namespace`, with their values in `object`
    /// (every supported field is present, empty when unset).
    func selectableFields(of object: JSONValue) -> [String: String]

    /// The columns that `kubectl get` shows.
    var tableColumns: [TableColumn] { get }

    /// One cell per column.
    func tableCells(for object: JSONValue, now: Time) -> [JSONValue]
}

extension ResourceStrategy {
    package var nameRule: NameRule { .subdomain }
    package var allowsCreateOnUpdate: Bool { false }
    package var allowsUnconditionalUpdate: Bool { true }
    package func references(of object: JSONValue, context: RequestContext) -> [StorageKey] { [] }
    package func admit(_ object: inout JSONValue, old: JSONValue?, context: RequestContext) throws(StatusError) {}
    package func setDefaults(_ object: inout JSONValue) {}
    package func answer(to object: JSONValue, context: RequestContext) throws(StatusError) -> JSONValue? { nil }
    package func warnings(for object: JSONValue, old: JSONValue?, context: RequestContext) -> [String] { [] }
    package func decodedFromStorage(_ object: JSONValue) -> JSONValue { object }
    package func encodedForStorage(_ object: JSONValue) -> JSONValue { object }
    package func openAPIDefinitions(for definition: ResourceDefinition) -> JSONObject { JSONObject() }
    package func strategicMergeSchema() -> (any StrategicMergeSchema)? { nil }
    package func selectableFields(of object: JSONValue) -> [String: String] { [:] }
}

/// The result of decoding a body.
package struct DecodedObject: Sendable {
    package var object: JSONValue
    /// Sentences for the client, e.g. `unknown field "spec.foo"`.
    package var warnings: [String]

    package init(_ object: JSONValue, warnings: [String] = []) {
        self.object = object
        self.warnings = warnings
    }
}

/// The alphabet and length of an object's name.
package enum NameRule: Sendable {
    /// RFC 1123 subdomain, at most 253 characters: most kinds.
    case subdomain
    /// RFC 1123 label, at most 63 characters: namespaces.
    case label
    /// RFC 1035 label, at most 63 characters: services.
    case label1035
    /// Anything but `.`, `..`, `/` and `%`: RBAC.
    case pathSegment
}

/// A column of a Table answer.
package struct TableColumn: Sendable, Hashable {
    package var name: String
    /// `string`, `integer`, `number`, `boolean` or `date`.
    package var type: String
    /// E.g. `name` for the identifying column; may be empty.
    package var format: String
    package var description: String
    /// 0 is always shown, 1 with `-o wide`.
    package var priority: Int

    package init(name: String, type: String = "string", format: String = "", description: String = "", priority: Int = 0) {
        self.name = name
        self.type = type
        self.format = format
        self.description = description
        self.priority = priority
    }
}

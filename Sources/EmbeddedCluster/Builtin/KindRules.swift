// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// What is particular to one built-in kind. Objects are decoded: known fields only, of the right types.
protocol KindRules: Sendable {
    var nameRule: NameRule { get }
    var allowsCreateOnUpdate: Bool { get }
    var allowsUnconditionalUpdate: Bool { get }

    func references(of object: JSONValue, context: RequestContext) -> [StorageKey]
    func admit(_ object: inout JSONValue, context: RequestContext) throws(StatusError)
    func admitUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) throws(StatusError)
    func answer(to object: JSONValue, context: RequestContext) throws(StatusError) -> JSONValue?

    /// What the server fills in, on every write.
    func setDefaults(_ object: inout JSONValue)

    /// After the status was dropped and defaults were set.
    func prepareForCreate(_ object: inout JSONValue, context: RequestContext)

    /// After the status was kept and defaults were set, before generations are compared.
    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue)

    /// After everything but the status was kept.
    func prepareForStatusUpdate(_ object: inout JSONValue, old: JSONValue)

    func validate(_ object: JSONValue) -> [FieldError]
    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError]
    func validateStatusUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError]

    func warnings(for object: JSONValue, old: JSONValue?) -> [String]
    func decodedFromStorage(_ object: JSONValue) -> JSONValue
    func encodedForStorage(_ object: JSONValue) -> JSONValue
    func selectableFields(of object: JSONValue) -> [String: String]
    var table: any KindTable { get }
}

extension KindRules {
    var nameRule: NameRule { .subdomain }
    var allowsCreateOnUpdate: Bool { false }
    var allowsUnconditionalUpdate: Bool { true }
    func references(of object: JSONValue, context: RequestContext) -> [StorageKey] { [] }
    func admit(_ object: inout JSONValue, context: RequestContext) throws(StatusError) {}
    func admitUpdate(_ object: JSONValue, old: JSONValue, context: RequestContext) throws(StatusError) {}
    func answer(to object: JSONValue, context: RequestContext) throws(StatusError) -> JSONValue? { nil }
    func setDefaults(_ object: inout JSONValue) {}
    func prepareForCreate(_ object: inout JSONValue, context: RequestContext) {}
    func prepareForUpdate(_ object: inout JSONValue, old: JSONValue) {}
    func prepareForStatusUpdate(_ object: inout JSONValue, old: JSONValue) {}
    func validate(_ object: JSONValue) -> [FieldError] { [] }
    func validateUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] { validate(object) }
    func validateStatusUpdate(_ object: JSONValue, old: JSONValue) -> [FieldError] { [] }
    func warnings(for object: JSONValue, old: JSONValue?) -> [String] { [] }
    func decodedFromStorage(_ object: JSONValue) -> JSONValue { object }
    func encodedForStorage(_ object: JSONValue) -> JSONValue { object }
    func selectableFields(of object: JSONValue) -> [String: String] { [:] }
    var table: any KindTable { GenericTable() }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@testable import EmbeddedCluster

/// A built-in kind as the request pipeline uses it, without a pipeline.
struct BuiltinKind {
    let definition: ResourceDefinition

    init(_ kind: String, group: String = "") throws {
        definition = try #require(BuiltinResources.definitions().first { $0.kind == kind && $0.group == group })
    }

    private var strategy: any ResourceStrategy { definition.strategy }

    /// The object that a create would store.
    func created(_ body: JSONValue, context: RequestContext = .test()) throws(StatusError) -> JSONValue {
        var object = try strategy.decode(body, duplicates: [], context: context).object
        try strategy.admit(&object, old: nil, context: context)
        strategy.prepareForCreate(&object, context: context)
        return object
    }

    /// What a create is refused for, as `field: message`.
    func createErrors(_ body: JSONValue) throws(StatusError) -> [String] {
        strategy.validateCreate(try created(body), context: .test()).map(\.message)
    }

    /// What an update would store, and what it is refused for.
    func updated(
        _ old: JSONValue,
        subresource: String? = nil,
        _ change: (inout JSONValue) -> Void
    ) throws(StatusError) -> (object: JSONValue, errors: [FieldError]) {
        let context = RequestContext.test(.update, subresource: subresource)
        var body = old
        change(&body)
        var object = try strategy.decode(body, duplicates: [], context: context).object
        strategy.prepareForUpdate(&object, old: old, context: context)
        return (object, strategy.validateUpdate(object, old: old, context: context))
    }
}

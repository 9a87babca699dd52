// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore

/// The environment of a container: `envFrom`, then `env`, with references resolved and `$(NAME)` expanded in order.
struct EnvironmentResolver: Sendable {
    let container: Container
    let fields: DownwardFields
    let sources: PodSources

    /// Variables in the order they were first named; a later one of the same name replaces the value.
    func variables(defaults: [EnvironmentVariable]) throws(PodProblem) -> [EnvironmentVariable] {
        var order: [String] = []
        var values: [String: String] = [:]
        func set(_ name: String, _ value: String) {
            if values.updateValue(value, forKey: name) == nil { order.append(name) }
        }
        for variable in defaults { set(variable.name, variable.value) }
        for source in container.envFrom ?? [] {
            for (name, value) in try bulk(source) { set(name, value) }
        }
        for variable in container.env ?? [] {
            if let reference = variable.valueFrom {
                if let value = try resolve(reference) { set(variable.name, value) }
            } else {
                set(variable.name, VariableExpansion.expand(variable.value ?? "") { values[$0] })
            }
        }
        for (name, value) in values where name.isEmpty || name.contains("=") || (name + value).utf8.contains(0) {
            throw PodProblem(.configuration, "environment variable '\(name)' has a name or value that a process cannot have")
        }
        return order.map { EnvironmentVariable(name: $0, value: values[$0] ?? "") }
    }

    private func bulk(_ source: EnvFromSource) throws(PodProblem) -> [(String, String)] {
        let prefix = source.prefix ?? ""
        var contents: [String: [UInt8]] = [:]
        if let reference = source.configMapRef, let name = reference.name {
            contents =
                try require(sources.contents(configMap: name), "configmap \"\(name)\" not found", reference.optional) ?? [:]
        } else if let reference = source.secretRef, let name = reference.name {
            contents = try require(sources.contents(secret: name), "secret \"\(name)\" not found", reference.optional) ?? [:]
        }
        return contents.sorted { $0.key < $1.key }.map { (prefix + $0.key, String(decoding: $0.value, as: UTF8.self)) }
    }

    private func resolve(_ reference: EnvVarSource) throws(PodProblem) -> String? {
        if let field = reference.fieldRef { return try fields.value(field.fieldPath) }
        if let resource = reference.resourceFieldRef { return try fields.value(resource, container: container) }
        if let key = reference.configMapKeyRef {
            let name = key.name ?? ""
            let contents = try require(sources.contents(configMap: name), "configmap \"\(name)\" not found", key.optional)
            return try self.value(key.key, of: contents, "couldn't find key \(key.key) in ConfigMap \(name)", key.optional)
        }
        if let key = reference.secretKeyRef {
            let name = key.name ?? ""
            let contents = try require(sources.contents(secret: name), "secret \"\(name)\" not found", key.optional)
            return try self.value(key.key, of: contents, "couldn't find key \(key.key) in Secret \(name)", key.optional)
        }
        throw PodProblem(.configuration, "this kind of valueFrom is not supported by the local node")
    }

    private func value(
        _ key: String,
        of contents: [String: [UInt8]]?,
        _ missing: String,
        _ optional: Bool?
    ) throws(PodProblem) -> String? {
        guard let contents else { return nil }
        return try require(contents[key], missing, optional).map { String(decoding: $0, as: UTF8.self) }
    }

    private func require<Value>(_ value: Value?, _ missing: String, _ optional: Bool?) throws(PodProblem) -> Value? {
        if value == nil, optional != true { throw PodProblem(.configuration, missing) }
        return value
    }
}

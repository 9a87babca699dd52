// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

typealias Schema = [String: Any]

/// The definitions of all OpenAPI files together, and what their paths say about kinds.
struct Schemas {
    /// Schemas by full name.
    private(set) var definitions: [String: Schema] = [:]
    /// Plural name and scope by `group/version/kind`.
    private(set) var resources: [String: (plural: String, isNamespaced: Bool)] = [:]
    /// The Kubernetes version, `v1.36`.
    private(set) var version = ""

    /// Reads every `.json` file of each directory, in the order of their names.
    init(directories: [URL]) throws {
        for directory in directories {
            let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
            guard !files.isEmpty else { throw Failure("no .json files in \(directory.path)") }
            try read(files)
        }
    }

    private mutating func read(_ files: [URL]) throws {
        for file in files {
            guard let document = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? Schema,
                let components = document["components"] as? Schema, let schemas = components["schemas"] as? [String: Schema]
            else { throw Failure("\(file.path) is not an OpenAPI v3 document with components.schemas") }
            for (name, schema) in schemas { merge(name, schema) }
            for (path, item) in document["paths"] as? [String: Schema] ?? [:] { note(path, item) }
            if let info = document["info"] as? Schema, let version = info["version"] as? String {
                self.version = version.split(separator: ".").prefix(2).joined(separator: ".")
            }
        }
    }

    subscript(name: String) -> Schema? { definitions[name] }

    /// Whether a definition is the list of a kind: named so, with items and the metadata of a list.
    func isList(_ name: String) -> Bool {
        guard name.hasSuffix("List"), definitions[String(name.dropLast("List".count))] != nil,
            let properties = definitions[name]?["properties"] as? Schema
        else { return false }
        return properties["items"] != nil && properties["metadata"] != nil
    }

    /// `names` and everything that they refer to.
    func closure(of names: [String]) -> Set<String> {
        var closure: Set<String> = []
        var open = names
        while let name = open.popLast() {
            guard closure.insert(name).inserted, let schema = definitions[name] else { continue }
            open += Self.references(in: schema)
        }
        return closure
    }

    /// Types shared by the groups, such as DeleteOptions, list only their own group's kind in each file.
    private mutating func merge(_ name: String, _ schema: Schema) {
        let key = "x-kubernetes-group-version-kind"
        guard let old = definitions[name]?[key] as? [[String: String]], let new = schema[key] as? [[String: String]] else {
            definitions[name] = schema
            return
        }
        definitions[name]?[key] = old + new.filter { !old.contains($0) }
    }

    private mutating func note(_ path: String, _ item: Schema) {
        guard let post = item["post"] as? Schema ?? item["get"] as? Schema, !path.contains("{name}"), !path.contains("/watch/"),
            let type = post["x-kubernetes-group-version-kind"] as? [String: String], let kind = type["kind"]
        else { return }
        let plural = path.split(separator: "/").last.map(String.init) ?? ""
        let name = "\(type["group"] ?? "")/\(type["version"] ?? "")/\(kind)"
        let isNamespaced = path.contains("/namespaces/{namespace}/")
        if isNamespaced || resources[name] == nil { resources[name] = (plural, isNamespaced) }
    }

    private static func references(in value: Any) -> [String] {
        if let array = value as? [Any] { return array.flatMap(references) }
        guard let object = value as? Schema else { return [] }
        return object.flatMap { key, value in
            if key == "$ref", let reference = value as? String { return [name(ofReference: reference)] }
            return references(in: value)
        }
    }

    /// `#/components/schemas/NAME` → `NAME`.
    static func name(ofReference reference: String) -> String {
        reference.split(separator: "/").last.map(String.init) ?? reference
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

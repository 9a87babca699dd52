// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import KubernetesClient
import KubernetesJSON
import KubernetesMeta

/// What `-o` chooses.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case json
    case yaml
    case name
}

extension OutputFormat {
    /// One object in this format, with its end of line.
    func text<R: Resource>(_ object: R) throws -> String {
        switch self {
        case .name: "\(R.groupVersionKind.kind.lowercased()).\(R.groupVersionKind.group)/\(object.metadata.name ?? "")\n"
        case .json: JSONValue(encoding: object).indented + "\n"
        case .yaml: try YAML.text(of: JSONValue(encoding: object))
        }
    }

    /// A list in this format.
    func text<R: Resource>(_ objects: [R]) throws -> String {
        if self == .name { return try objects.map { try text($0) }.joined() }
        let list: JSONValue = [
            "apiVersion": "v1", "kind": "List", "metadata": [:], "items": .array(objects.map { JSONValue(encoding: $0) }),
        ]
        return self == .json ? list.indented + "\n" : try YAML.text(of: list)
    }
}

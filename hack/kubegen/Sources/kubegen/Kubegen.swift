// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// `kubegen OPENAPI-DIRECTORY... SOURCES-DIRECTORY`: writes the generated files, removing those of an earlier run.
@main
struct Kubegen {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            report("usage: kubegen OPENAPI-DIRECTORY... SOURCES-DIRECTORY")
            exit(2)
        }
        do {
            let generator = Kubegen(
                schemas: try Schemas(directories: arguments[1..<arguments.count - 1].map { URL(filePath: $0) }),
                sources: URL(filePath: arguments[arguments.count - 1])
            )
            try generator.run()
        } catch {
            report("kubegen: \(error)")
            exit(1)
        }
    }

    let schemas: Schemas
    let sources: URL

    func run() throws {
        let models = try models()
        for name in Set(Plan.targets.map(\.name)).sorted() { try generate(name, of: models) }
        let folder = try emptied(sources.appending(path: "EmbeddedCluster/Builtin/Generated"))
        try write(try SchemaDocument(schemas: schemas).render(), to: "BuiltinSchemas.swift", in: folder)
    }

    private func generate(_ name: String, of models: [String: TypeModel]) throws {
        let folder = try emptied(sources.appending(path: "\(name)/Generated"))
        var definitions: [String: String] = [:]
        for target in Plan.targets where target.name == name {
            for model in models.values where model.definition.hasPrefix(target.prefix) {
                if let other = definitions.updateValue(model.definition, forKey: model.name) {
                    throw Failure(
                        "\(name) would have two types \(model.name): \(other) and \(model.definition); give one a target of its own"
                    )
                }
                let renderer = StructRenderer(model: model, target: target, models: models, version: schemas.version)
                try write(renderer.render(), to: "\(model.name).swift", in: folder)
            }
        }
        guard !definitions.isEmpty else {
            throw Failure("the OpenAPI data has no definition for \(name); get it with hack/fetch-openapi.sh")
        }
    }

    /// The roots of all targets and everything that they refer to.
    private func models() throws -> [String: TypeModel] {
        var models: [String: TypeModel] = [:]
        var open = Plan.targets.flatMap { $0.definitions(in: schemas) }
        while let name = open.popLast() {
            if models[name] != nil { continue }
            guard Plan.targets.contains(where: { name.hasPrefix($0.prefix) }) else {
                throw Failure("no target of the plan holds \(name); add its group")
            }
            let model = try TypeModel(name, in: schemas)
            models[name] = model
            open += model.references
        }
        return models
    }

    private func emptied(_ folder: URL) throws -> URL {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func write(_ text: String, to file: String, in folder: URL) throws {
        try text.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
    }

    private static func report(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

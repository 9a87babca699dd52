// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// `kubegen OPENAPI-DIRECTORY SOURCES-DIRECTORY`: writes the generated files, removing those of an earlier run.
@main
struct Kubegen {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            report("usage: kubegen OPENAPI-DIRECTORY SOURCES-DIRECTORY")
            exit(2)
        }
        do {
            let generator = Kubegen(
                schemas: try Schemas(directory: URL(filePath: arguments[1])),
                sources: URL(filePath: arguments[2])
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
        for target in Plan.targets { try generate(target, of: models) }
        let folder = try emptied(sources.appending(path: "EmbeddedCluster/Builtin/Generated"))
        try write(try SchemaDocument(schemas: schemas).render(), to: "BuiltinSchemas.swift", in: folder)
    }

    private func generate(_ target: Target, of models: [String: TypeModel]) throws {
        let folder = try emptied(sources.appending(path: "\(target.name)/Generated"))
        for model in models.values where model.definition.hasPrefix(target.prefix) {
            let renderer = StructRenderer(model: model, target: target, models: models, version: schemas.version)
            try write(renderer.render(), to: "\(model.name).swift", in: folder)
        }
    }

    /// The roots of all targets and everything that they refer to.
    private func models() throws -> [String: TypeModel] {
        var models: [String: TypeModel] = [:]
        var open = Plan.targets.flatMap { target in target.roots.map { target.prefix + $0 } }
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

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import ArgumentParser
import KubernetesClient
import KubernetesMeta

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a program and wait for its result.",
        discussion: """
            The program's output goes to standard output, everything else to standard error. Ctrl-C cancels the task.
            Example: agentctl run examples/hello.py --timeout 30 -- first-argument
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOption

    @Argument(help: "The program, or - for standard input.")
    var file: String

    @Argument(parsing: .postTerminator, help: "Arguments of the program.")
    var arguments: [String] = []

    @Option(help: "Runtime profile; else by the file's ending: .py, .js or .sh.")
    var profile: String?

    @Option(help: ArgumentHelp("Seconds that the program may run, 1 to 86400.", valueName: "seconds"))
    var timeout: Int32?

    @Option(help: "Name of the task; else made from the file's name.")
    var name: String?

    @Option(help: "Tenant, a label value.")
    var tenant: String?

    @Option(help: "auto, pod or sandbox.")
    var backend: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Environment of the program; may be given again.", valueName: "NAME=value"))
    var env: [String] = []

    @Option(help: ArgumentHelp("Another file to put beside the program; may be given again.", valueName: "path"))
    var include: [String] = []

    @Flag(name: .shortAndLong, help: "Return when the task exists.")
    var detach = false

    @Flag(name: .shortAndLong, help: "Print nothing but the result.")
    var quiet = false

    @Flag(help: "On a terminal, do not escape control characters of the output.")
    var raw = false

    func validate() throws {
        if file == "-", profile == nil {
            throw ValidationError("--profile is required for standard input, as in --profile python3.11")
        }
    }

    func run() async throws {
        let program = try ProgramFile(file)
        let cluster = try await connection.connect()
        let available = try await LocalProfiles.available(on: cluster)
        let choice = try ProfileChoice(
            wanted: profile,
            fileExtension: file == "-" ? nil : program.fileExtension,
            available: available
        )
        if let note = choice.note, !quiet { Terminal.error(note + "\n") }
        let wanted = try task(program, profile: choice.profile, namespace: cluster.namespace)
        let problems = AgentTaskValidation.problems(of: wanted)
        guard problems.isEmpty else { throw CommandFailure(problems.map(\.description).joined(separator: "; ")) }

        let created = try await cluster.client.create(wanted)
        if detach {
            Terminal.out(try output.output?.text(created) ?? "agenttask/\(SafeText.line(created.metadata.name ?? "")) created\n")
            return
        }
        let ended = try await RunSession(
            cluster: cluster,
            task: created,
            quiet: quiet,
            raw: raw,
            logsToStandardError: output.output != nil
        ).follow()
        if let format = output.output { Terminal.out(try format.text(ended)) } else { RunSummary(ended).print(quiet: quiet) }
        let code = RunSummary(ended).exitCode
        if code != 0 { throw ExitCode(code) }
    }

    private func task(_ program: ProgramFile, profile: String, namespace: String) throws -> AgentTask {
        var spec = AgentTaskSpec(runtimeProfile: profile, code: TaskCode(source: program.text))
        spec.args = arguments.isEmpty ? nil : arguments
        spec.timeoutSeconds = timeout
        spec.tenant = tenant
        spec.backend = backend
        spec.env = env.isEmpty ? nil : try env.map(Self.variable)
        var files: [String: String] = [:]
        for path in include { files[path.split(separator: "/").last.map(String.init) ?? path] = try ProgramFile(path).text }
        spec.code.files = files.isEmpty ? nil : files
        var metadata = ObjectMeta(namespace: namespace)
        if let name { metadata.name = name } else { metadata.generateName = program.namePrefix + "-" }
        return AgentTask(metadata: metadata, spec: spec)
    }

    private static func variable(_ text: String) throws -> TaskEnvironmentVariable {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw CommandFailure("--env '\(text)' is not NAME=value")
        }
        return TaskEnvironmentVariable(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import ControllerRuntime
import ControllerServing
import KubernetesClient
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The operator as a process of its own: flags become a client, a log and an ``Operator``.
public struct OperatorProcess: Sendable {
    private let options: OperatorOptions

    /// A process with these flags.
    public init(options: OperatorOptions) { self.options = options }

    /// Runs until SIGTERM.
    ///
    /// - Throws: What kept it from starting or made it end, in one line.
    public func run() async throws {
        let environment = RuntimeEnvironment(logger: options.controller.logging.makeLogger(label: "agenttask-operator"))
        let client = try options.controller.connection.makeClient(environment: environment)
        let electionClient = try options.controller.connection.makeClient(environment: environment)
        let taskOperator = try Operator(
            client: client,
            electionClient: electionClient,
            options: options,
            environment: environment
        )
        if options.stopOnInputEnd {
            try InputEnd.whenReached { taskOperator.manager.stop("standard input has ended") }
        }
        // When it throws, work may have been left behind, and the process must end at once.
        try await taskOperator.runUntilSignal()
        await client.transport.shutdown()
        await electionClient.transport.shutdown()
    }

    /// The `main` of a command: one line on standard error for what went wrong, exit code 1, or 2 for wrong usage.
    public static func main<Command: AsyncParsableCommand>(_ type: Command.Type) async {
        do {
            var command = try type.parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            let code = type.exitCode(for: error)
            if code == .success {
                print(type.fullMessage(for: error))
                exit(0)
            }
            let text = code == .validationFailure ? type.fullMessage(for: error) : "error: \(error)"
            LogSink.standardError.write(Array((text + "\n").utf8))
            exit(code == .validationFailure ? 2 : 1)
        }
    }
}

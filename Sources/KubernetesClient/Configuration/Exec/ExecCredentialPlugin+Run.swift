// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc
import Subprocess
import SystemPackage

extension ExecCredentialPlugin {
    /// The most bytes that are taken of what the program prints, and of what it says to standard error.
    static let outputLimit = 1 << 20

    /// So much of what the program said last is in a message.
    private static let saidLimit = 2_000

    /// Runs the program to its end. Messages begin with a verb, to come after the plugin's name.
    ///
    /// - Parameters:
    ///   - configuration: The cluster of which it is told, if it wants to know.
    ///   - hasTerminal: Whether a person can answer it on standard input.
    ///   - sleep: How its time is measured.
    /// - Returns: What it printed.
    func run(
        for configuration: ClientConfiguration,
        hasTerminal: Bool = isatty(STDIN_FILENO) == 1,
        sleep: @escaping @Sendable (Duration) async throws -> Void = SystemClock.sleep
    ) async throws(ExecCredentialError) -> [UInt8] {
        try await check(configuration.execPluginPolicy)
        if interactiveMode == .always, !hasTerminal {
            throw ExecCredentialError(
                .notRunnable,
                "has to ask a person (interactiveMode: Always), but standard input is no terminal; run it in one, or use another user"
            )
        }
        let isInteractive = hasTerminal && interactiveMode != .never
        let info = info(configuration, isInteractive: isInteractive)
        let result = await withTaskGroup(of: Result<[UInt8], ExecCredentialError>.self) { group in
            group.addTask { await execute(info: info, isInteractive: isInteractive) }
            group.addTask {
                do {
                    try await sleep(timeLimit)
                    return .failure(ExecCredentialError(.timedOut, "did not end within \(timeLimit) and was ended"))
                } catch {
                    return .failure(Self.canceled)
                }
            }
            let first = await group.next() ?? .failure(Self.canceled)
            // The group ends only when the program has.
            group.cancelAll()
            return first
        }
        // One that is canceled may end by its signal before anything else is known.
        if Task.isCancelled, case .failure = result { throw Self.canceled }
        return try result.get()
    }

    private static let canceled = ExecCredentialError(.canceled, "was ended because nobody needs it any more")

    private func execute(info: String, isInteractive: Bool) async -> Result<[UInt8], ExecCredentialError> {
        let configuration = processConfiguration(info: info, isInteractive: isInteractive)
        do {
            if isInteractive {
                // What it asks, it asks a person.
                let result = try await Subprocess.run(
                    configuration,
                    input: .currentStandardInput,
                    output: .bytes(limit: Self.outputLimit),
                    error: .currentStandardError
                )
                return outcome(result.terminationStatus, result.standardOutput, said: [])
            }
            let result = try await Subprocess.run(
                configuration,
                input: .none,
                output: .bytes(limit: Self.outputLimit),
                error: .bytes(limit: Self.outputLimit)
            )
            return outcome(result.terminationStatus, result.standardOutput, said: result.standardError)
        } catch let error as SubprocessError {
            return .failure(meaning(of: error))
        } catch is CancellationError {
            return .failure(Self.canceled)
        } catch {
            return .failure(ExecCredentialError(.notRunnable, "cannot be run: \(error)".escapingControlCharacters))
        }
    }

    private func processConfiguration(info: String, isInteractive: Bool) -> Subprocess.Configuration {
        var options = PlatformOptions()
        // A group of its own, so that what it starts ends with it; one that reads the terminal has to stay in the terminal's.
        if !isInteractive { options.processGroupID = 0 }
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: !isInteractive, allowedDurationToNextStep: .seconds(1))
        ]
        return Subprocess.Configuration(
            executable: Self.executable(command),
            arguments: Arguments(arguments),
            environment: variables.updating(["KUBERNETES_EXEC_INFO": info]),
            platformOptions: options
        )
    }

    private func outcome(_ status: TerminationStatus, _ output: [UInt8], said: [UInt8]) -> Result<[UInt8], ExecCredentialError> {
        if status.isSuccess { return .success(output) }
        let how =
            switch status {
            case .exited(let code): "failed with exit code \(code)"
            case .signaled(let signal): "was ended by signal \(signal)"
            }
        let text = String(decoding: said.suffix(Self.saidLimit), as: UTF8.self).trimmingWhitespace.escapingControlCharacters
        return .failure(ExecCredentialError(.failed, text.isEmpty ? "\(how) and said nothing" : "\(how): \(text)"))
    }

    private func meaning(of error: SubprocessError) -> ExecCredentialError {
        switch error.code {
        case .outputLimitExceeded:
            return ExecCredentialError(.unusable, "printed more than \(Self.outputLimit) bytes")
        case .executableNotFound:
            return ExecCredentialError(.notFound, "is not installed, or not in PATH\(hint)")
        case _ where error.underlyingError == .noSuchFileOrDirectory:
            return ExecCredentialError(.notFound, "does not exist, or its interpreter does not\(hint)")
        default:
            return ExecCredentialError(.notRunnable, "cannot be run: \(error)".escapingControlCharacters)
        }
    }

    private var hint: String {
        guard let installHint, !installHint.isEmpty else { return "; install it, or use another user" }
        return "; the kubeconfig says: \(installHint.trimmingWhitespace)".escapingControlCharacters
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Subprocess
import SystemPackage

extension ExecCredentialPlugin {
    /// Throws when the policy does not let the plugin be run. The message begins with a verb, to come after the plugin's name.
    func check(_ policy: ExecPluginPolicy) async throws(ExecCredentialError) {
        switch policy {
        case .all: return
        case .none:
            throw ExecCredentialError(.forbidden, "may not be run: the policy allows no plugins; use another user or policy")
        case .only(let programs):
            // What the plugin leads to is what will be run; what the list leads to must not depend on the kubeconfig.
            if let path = await Self.path(of: command, in: variables) {
                for program in programs where await Self.path(of: program, in: .inherit) == path { return }
            }
            let list = programs.isEmpty ? "an empty list" : programs.joined(separator: ", ")
            throw ExecCredentialError(.forbidden, "may not be run: the policy allows only \(list)".escapingControlCharacters)
        }
    }

    /// The variables that it is run with, but for what it is asked.
    var variables: Environment {
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        return .inherit.updating(variables)
    }

    /// The program as Subprocess runs it.
    static func executable(_ command: String) -> Executable {
        command.contains("/") ? .path(FilePath(command)) : .name(command)
    }

    /// Nil when there is no such program.
    private static func path(of command: String, in environment: Environment) async -> FilePath? {
        do {
            return try await executable(command).resolveExecutablePath(in: environment).lexicallyNormalized()
        } catch {
            return nil
        }
    }
}

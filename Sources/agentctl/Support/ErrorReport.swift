// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials

/// What an error means for the terminal: the text, the stream and the exit code.
struct ErrorReport {
    let text: String
    let code: Int32

    init(_ error: any Error) {
        switch Agentctl.exitCode(for: error) {
        case .success:
            text = Agentctl.fullMessage(for: error)
            code = 0
        case .validationFailure:
            text = Agentctl.fullMessage(for: error)
            code = 2
        case let exit:
            if let exit = error as? ExitCode {
                text = ""
                code = exit.rawValue
            } else {
                text = "error: " + Self.line(error)
                code = exit == .failure ? 1 : exit.rawValue
            }
        }
    }

    /// Text that a server or a tenant wrote may be part of it, so it is made harmless.
    private static func line(_ error: any Error) -> String {
        SafeText.line(String(describing: error))
    }

    func exit() -> Never {
        if !text.isEmpty { code == 0 ? Terminal.out(text + "\n") : Terminal.error(text + "\n") }
        Terminal.exit(code)
    }
}

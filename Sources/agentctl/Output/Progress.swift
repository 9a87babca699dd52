// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Says on standard error what a command waits for: one line that changes on a terminal, one line for each change elsewhere.
struct Progress {
    private let isTerminal = Terminal.errorIsTerminal
    private let isQuiet: Bool
    private var shown = ""

    init(quiet: Bool) { isQuiet = quiet }

    /// Shows what is being waited for now.
    mutating func show(_ text: String) {
        guard !isQuiet, text != shown else { return }
        shown = text
        Terminal.error(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    /// Takes the line away, so that other output can follow.
    mutating func clear() {
        if isTerminal, !isQuiet, !shown.isEmpty { Terminal.error("\r\u{1B}[K") }
        shown = ""
    }
}

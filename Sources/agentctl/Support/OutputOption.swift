// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The flag `-o`.
struct OutputOption: ParsableArguments {
    @Option(name: .shortAndLong, help: "json, yaml or name.")
    var output: OutputFormat?
}

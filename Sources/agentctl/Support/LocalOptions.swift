// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import LocalCluster

/// The flags that all `local` commands have.
struct LocalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where database, certificates and log are; else $XDG_STATE_HOME/agenttask or ~/.local/state/agenttask.",
            valueName: "path"
        )
    )
    var stateDirectory: String?

    @Option(
        help: ArgumentHelp(
            "The kubeconfig that gets the context agenttask-local; else the first of $KUBECONFIG or ~/.kube/config.",
            valueName: "path"
        )
    )
    var kubeconfig: String?

    /// How to set the cluster up, with the defaults but for the state directory.
    func options() throws -> LocalClusterOptions {
        let directory = try stateDirectory ?? LocalClusterOptions.defaultStateDirectory(environment: Self.environment)
        return LocalClusterOptions(stateDirectory: directory)
    }

    func control(_ options: LocalClusterOptions) -> LocalClusterControl {
        LocalClusterControl(options: options, kubeconfig: kubeconfig, environment: Self.environment)
    }

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }
}

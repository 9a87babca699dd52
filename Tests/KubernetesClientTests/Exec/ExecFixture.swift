// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import KubernetesClient

/// A real credential plugin in Python, in a folder of its own. Its runs are counted, and what it was asked is kept.
struct ExecFixture {
    let folder: TemporaryFolder
    private let script: String

    /// - Parameter body: What it does after it has noted its run, with `number`, the number of the run, `info`, what it was asked, and
    ///   `answer`, which prints an ExecCredential with this status.
    init(_ body: String) throws {
        folder = try TemporaryFolder()
        script = try folder.write(
            """
            import json, os, signal, sys
            here = os.path.dirname(os.path.abspath(__file__))
            info = json.loads(os.environ["KUBERNETES_EXEC_INFO"])
            with open(here + "/runs", "a") as runs:
                runs.write(json.dumps(info) + "\\n")
            number = len(open(here + "/runs").readlines())
            def answer(**status):
                print(json.dumps({"apiVersion": info["apiVersion"], "kind": "ExecCredential", "status": status}))
            \(body)
            """,
            to: "plugin.py"
        )
    }

    var plugin: ExecCredentialPlugin {
        ExecCredentialPlugin(command: "python3", arguments: [script], interactiveMode: .never)
    }

    /// What the runs were asked, as JSON.
    var runs: [String] {
        get throws {
            guard FileManager.default.fileExists(atPath: "\(folder.path)/runs") else { return [] }
            return String(decoding: try folder.read("runs"), as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
}

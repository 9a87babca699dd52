// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// `agentctl run` on a running local cluster beside bubblewrap and the interpreter alone.
enum RunBenchmark {
    static func run(_ programs: LocalPrograms) throws -> [Row] {
        try programs.run("agentctl", ["local", "up"])
        let hello = programs.folder.appendingPathComponent("../examples/hello.py").standardizedFileURL.path
        let bare = [
            "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib",
            "--symlink",
            "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--setenv", "AGENTTASK_RESULT_PATH",
            "/tmp/result.json", "--setenv", "AGENTTASK_ARTIFACTS_DIR", "/tmp", "--ro-bind", hello, "/main.py", "/usr/bin/python3",
            "/main.py",
        ]
        var (ours, others): ([Duration], [Duration]) = ([], [])
        for _ in 0..<11 {
            ours.append(try programs.run("agentctl", ["run", hello]))
            others.append(try programs.run("/usr/bin/bwrap", bare))
        }
        try programs.run("agentctl", ["local", "down"])
        func median(_ samples: [Duration]) -> Double { samples.sorted()[samples.count / 2] / .milliseconds(1) }
        return [
            Row(
                name: "agentctl run hello.py",
                unit: "ms",
                ours: median(ours),
                other: ("bwrap + python3", median(others)),
                isMoreBetter: false
            )
        ]
    }
}

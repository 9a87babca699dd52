// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension SandboxPlan {
    /// bubblewrap's options. They go through `--args`, not the command line, where every user of the host could read the values of
    /// Secrets.
    func options(_ descriptors: Descriptors) -> [String] {
        isolation(descriptors) + environmentArguments() + fileSystem(descriptors) + ["--chdir", workingDirectory]
    }

    /// bubblewrap's command line, when `descriptor` holds `options` ended by NUL each.
    func commandLine(optionsFrom descriptor: Int32) -> [String] { ["bwrap", "--args", "\(descriptor)", "--"] + command }

    private func isolation(_ descriptors: Descriptors) -> [String] {
        [
            "--unshare-all", "--unshare-user", "--disable-userns",
            "--uid", "\(Self.userID)", "--gid", "\(Self.userID)",
            "--hostname", hostname,
            "--die-with-parent", "--as-pid-1", "--new-session",
            "--cap-drop", "ALL",
            "--info-fd", "\(descriptors.info)",
            "--json-status-fd", "\(descriptors.status)",
            "--block-fd", "\(descriptors.block)",
            "--seccomp", "\(descriptors.seccomp)",
            "--clearenv",
        ]
    }

    private func environmentArguments() -> [String] {
        environment.flatMap { ["--setenv", $0.name, $0.value] }
    }

    private func fileSystem(_ descriptors: Descriptors) -> [String] {
        var arguments = ["--proc", "/proc", "--dev", "/dev"]
        // What container runtimes mask too. The node tells which of them this kernel has.
        for path in system.maskedFiles { arguments += ["--ro-bind", "/dev/null", path] }
        var readOnly: [String] = []
        var files = descriptors.files[...]
        for mount in orderedMounts {
            switch mount {
            case .host(let source, let path):
                arguments += ["--ro-bind", source, path]
            case .link(let target, let path):
                arguments += ["--symlink", target, path]
            case .scratch(let path, let size, _):
                arguments += ["--perms", "1777", "--size", "\(size)", "--tmpfs", path]
            case .file(let path, let file):
                arguments += copy(file, from: files.popFirst(), to: path)
            case .readOnly(let path, let contents):
                arguments += ["--perms", "0755", "--tmpfs", path]
                for file in contents { arguments += copy(file, from: files.popFirst(), to: path + "/" + file.name) }
                readOnly += ["--remount-ro", path]
            }
        }
        arguments += ["--perms", "0666", "--bind-data", "\(descriptors.message)", messagePath]
        return arguments + readOnly + ["--remount-ro", "/dev", "--remount-ro", "/"]
    }

    private func copy(_ file: SandboxFile, from descriptor: Int32?, to path: String) -> [String] {
        guard let descriptor else { return [] }
        return ["--perms", Self.octal(file.mode), "--file", "\(descriptor)", path]
    }

    private static func octal(_ mode: UInt16) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

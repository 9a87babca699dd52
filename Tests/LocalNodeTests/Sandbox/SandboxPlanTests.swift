// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LocalNode

@Suite("A sandbox's plan")
struct SandboxPlanTests {
    private let system = HostSystem(
        topLevel: [.link(path: "/bin", target: "usr/bin"), .directory(path: "/lib64")],
        etc: ["/etc/ld.so.cache"]
    )
    private let descriptors = SandboxPlan.Descriptors(
        status: 10,
        info: 11,
        block: 12,
        seccomp: 13,
        message: 14,
        files: Array(20..<40)
    )

    private func plan(_ mounts: [SandboxMount] = [], environment: [EnvironmentVariable] = []) -> SandboxPlan {
        SandboxPlan(
            hostname: "h",
            command: ["run", "--flag"],
            environment: environment,
            workingDirectory: "/workspace",
            mounts: mounts,
            messagePath: "/workspace/artifacts/result.json",
            limits: SandboxLimits(),
            system: system
        )
    }

    /// Where a run of words stands in the arguments.
    private func index(_ words: [String], in arguments: [String]) -> Int? {
        arguments.indices.first { arguments[$0...].starts(with: words) }
    }

    @Test(
        "every wall is asked for",
        arguments: [
            ["--unshare-all"], ["--unshare-user"], ["--disable-userns"], ["--die-with-parent"], ["--as-pid-1"], ["--new-session"],
            ["--cap-drop", "ALL"], ["--clearenv"], ["--uid", "1000"], ["--gid", "1000"], ["--seccomp", "13"],
            ["--block-fd", "12"],
            ["--remount-ro", "/"], ["--remount-ro", "/dev"], ["--ro-bind", "/usr", "/usr"],
            ["--size", "67108864", "--tmpfs", "/dev/shm"],
            ["--chdir", "/workspace"],
        ]
    )
    func walls(words: [String]) {
        #expect(index(words, in: plan().options(descriptors)) != nil)
    }

    @Test("nothing is ever bound writable, and of the host only system directories")
    func onlySystem() {
        let options = plan([.readOnly(path: "/workspace", files: [SandboxFile(name: "a", bytes: [])])]).options(descriptors)
        for flag in ["--bind", "--dev-bind", "--bind-try", "--share-net", "--cap-add"] { #expect(!options.contains(flag)) }
        let bound = options.indices.filter { options[$0] == "--ro-bind" && options[$0 + 1] != "/dev/null" }.map {
            options[$0 + 1]
        }
        #expect(bound == ["/etc/ld.so.cache", "/lib64", "/usr"])
    }

    @Test("a volume inside another one comes after it, and read-only is made so at the end")
    func order() throws {
        let options = plan([
            .scratch(path: "/workspace/artifacts", size: 100, countsAsMemory: false),
            .readOnly(path: "/workspace", files: [SandboxFile(name: "main.py", bytes: [1], mode: 0o444)]),
        ]).options(descriptors)
        let outer = try #require(index(["--perms", "0755", "--tmpfs", "/workspace"], in: options))
        let inner = try #require(index(["--perms", "1777", "--size", "100", "--tmpfs", "/workspace/artifacts"], in: options))
        let message = try #require(
            index(["--perms", "0666", "--bind-data", "14", "/workspace/artifacts/result.json"], in: options)
        )
        let closed = try #require(index(["--remount-ro", "/workspace"], in: options))
        let root = try #require(index(["--remount-ro", "/"], in: options))
        #expect(outer < inner && inner < message && message < closed && closed < root)
    }

    @Test("contents and descriptors are in the same order")
    func files() throws {
        let value = plan([
            .readOnly(path: "/w", files: [SandboxFile(name: "b", bytes: [2]), SandboxFile(name: "a", bytes: [1])]),
            .file(path: "/a", SandboxFile(name: "x", bytes: [3])),
        ])
        let options = value.options(descriptors)
        let contents = value.fileContents
        for (path, bytes) in [("/w/a", [UInt8(1)]), ("/w/b", [2]), ("/a", [3])] {
            let place = try #require(options.indices.first { options[$0] == path && options[$0 - 2] == "--file" })
            let number = try #require(Int(options[place - 1]))
            #expect(contents[number - 20] == bytes)
        }
    }

    @Test("the program's environment and options are not on the command line")
    func commandLine() {
        let value = plan(environment: [EnvironmentVariable(name: "TOKEN", value: "secret")])
        #expect(value.commandLine(optionsFrom: 9) == ["bwrap", "--args", "9", "--", "run", "--flag"])
        #expect(index(["--setenv", "TOKEN", "secret"], in: value.options(descriptors)) != nil)
    }

    @Test("a pod's volume replaces the system's file at the same path")
    func replacement() {
        let value = plan([.file(path: "/etc/hosts", SandboxFile(name: "", bytes: [9]))])
        #expect(value.orderedMounts.filter { $0.path == "/etc/hosts" }.count == 1)
        #expect(value.fileContents.contains([9]))
    }

    @Test("process data may exceed the memory limit by a quarter, at least 16 MiB")
    func data() {
        #expect(SandboxLimits(memory: 400 << 20).processData == 500 << 20)
        #expect(SandboxLimits(memory: 32 << 20).processData == 48 << 20)
        #expect(SandboxLimits(memory: nil).processData == nil)
    }
}

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox
import Glibc

/// Starts one sandbox, step by step, on a thread that may block.
///
/// bubblewrap sets everything up and waits (`--block-fd`) before it starts the program. In that pause the host's side is done, with no
/// tenant code running yet: who the sandbox is on the host is checked, limits are set on the process that becomes the program (it is
/// in its own user namespace by then, so the limit on processes counts the sandbox's alone), and its files are opened.
struct SandboxStarter {
    /// What does not change between sandboxes.
    struct Host: Sendable {
        let bubblewrap: String
        /// The system call filter, as BPF.
        let filter: [UInt8]
        let cgroups: CgroupShare.Hierarchy?
    }

    /// Longest wait for bubblewrap's set-up; it takes about 5 ms.
    static let patience: Int32 = 10_000

    let host: Host
    let plan: SandboxPlan
    let identity: HostIdentity?
    /// A name for the sandbox's cgroup.
    let name: String

    /// A sandbox in the pause before its program.
    struct Paused {
        let process: SandboxProcess
        fileprivate let block: Descriptor
        /// Kept open, so that releasing a sandbox that has just died is no SIGPIPE.
        fileprivate let blockReader: Descriptor

        /// Lets the program start.
        func release() throws(LocalNodeError) { try block.writeAll([1]) }
    }

    /// Starts bubblewrap and returns in the pause.
    ///
    /// - Throws: `LocalNodeError` with what bubblewrap wrote when it gave up. Nothing is left running.
    func start() throws(LocalNodeError) -> Paused {
        let status = try Descriptor.pipe()
        let info = try Descriptor.pipe()
        let block = try Descriptor.pipe()
        let output = try Descriptor.pipe()
        let errors = try Descriptor.pipe()
        let (starter, starterHandle) = try spawn(
            status: status.writing,
            info: info.writing,
            block: block.reading,
            output: output.writing,
            errors: errors.writing
        )
        do {
            try output.reading.setNonBlocking()
            try errors.reading.setNonBlocking()
            try status.reading.setNonBlocking()
            let program = try programID(info.reading, starterHandle, errors.reading)
            let process = try inspect(
                program,
                starter: (starter, starterHandle),
                status: status.reading,
                output: output.reading,
                errors: errors.reading
            )
            return Paused(process: process, block: block.writing, blockReader: block.reading)
        } catch {
            // Whatever failed here, when bubblewrap has given up its own words tell more.
            let failure = error.code == .system && Self.hasEnded(starterHandle) ? gaveUp(starterHandle, errors.reading) : error
            Self.end(starter, starterHandle)
            throw failure
        }
    }

    /// Waits a moment, since a program that is gone is noticed before its parent has ended.
    private static func hasEnded(_ starter: Descriptor) -> Bool {
        var waiting = pollfd(fd: starter.number, events: Int16(POLLIN), revents: 0)
        return SystemCall.retrying { Int(poll(&waiting, 1, 1000)) } > 0
    }

    static func end(_ starter: pid_t, _ handle: Descriptor) {
        _ = csandbox_pidfd_signal(handle.number, SIGKILL)
        var status: Int32 = 0
        _ = SystemCall.retrying { Int(waitpid(starter, &status, 0)) }
    }

    // MARK: Spawning

    private func spawn(
        status: Descriptor,
        info: Descriptor,
        block: Descriptor,
        output: Descriptor,
        errors: Descriptor
    ) throws(LocalNodeError) -> (pid_t, Descriptor) {
        let input = try Descriptor.open("/dev/null", O_RDONLY)
        let filter = try Descriptor.memoryFile(name: "filter", host.filter)
        let message = try Descriptor.memoryFile(name: "message", [])
        var files: [Descriptor] = []
        for content in plan.fileContents { files.append(try Descriptor.memoryFile(name: "file", content)) }
        let descriptors = SandboxPlan.Descriptors(
            status: status.number,
            info: info.number,
            block: block.number,
            seccomp: filter.number,
            message: message.number,
            files: files.map(\.number)
        )
        var options: [UInt8] = []
        for option in plan.options(descriptors) {
            options += option.utf8
            options.append(0)
        }
        let optionFile = try Descriptor.memoryFile(name: "options", options)
        let passed = [status, info, block, filter, message, optionFile] + files
        return try CStrings.with(plan.commandLine(optionsFrom: optionFile.number)) {
            (arguments) throws(LocalNodeError) -> (pid_t, Descriptor) in
            try spawn(arguments, input: input, output: output, errors: errors, passed: passed.map(\.number))
        }
    }

    private func spawn(
        _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>,
        input: Descriptor,
        output: Descriptor,
        errors: Descriptor,
        passed: [Int32]
    ) throws(LocalNodeError) -> (pid_t, Descriptor) {
        var pid: pid_t = 0
        var handle: Int32 = -1
        var step: UnsafePointer<CChar>?
        let nothing: [UnsafeMutablePointer<CChar>?] = [nil]
        let error = host.bubblewrap.withCString { executable in
            passed.withUnsafeBufferPointer { passed in
                nothing.withUnsafeBufferPointer { environment in
                    var request = csandbox_request()
                    request.executable = executable
                    request.arguments = arguments
                    request.environment = environment.baseAddress
                    request.standard_input = input.number
                    request.standard_output = output.number
                    request.standard_error = errors.number
                    request.passed = passed.baseAddress
                    request.passed_count = passed.count
                    request.uid = identity?.uid ?? UInt32.max
                    request.gid = identity?.gid ?? UInt32.max
                    return csandbox_spawn(&request, &pid, &handle, &step)
                }
            }
        }
        guard error == 0 else {
            let what = step.map { String(cString: $0) } ?? "starting"
            throw SystemCall.failure("starting \(host.bubblewrap): \(what)", error, code: .launch)
        }
        return (pid, try Descriptor.adopting(handle))
    }

    // MARK: The pause

    /// Reads bubblewrap's report until it names the program's process.
    private func programID(_ info: Descriptor, _ starter: Descriptor, _ errors: Descriptor) throws(LocalNodeError) -> pid_t {
        try info.setNonBlocking()
        var report: [UInt8] = []
        while true {
            // Either it reports or it ends. The end of the pipe alone would not tell: this process may hold its other end still.
            var waiting = [info, starter].map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
            let ready = SystemCall.retrying { Int(poll(&waiting, 2, Self.patience)) }
            guard waiting[0].revents != 0 || waiting[1].revents == 0 else { throw gaveUp(starter, errors) }
            guard ready > 0 else { throw LocalNodeError(.launch, "bubblewrap did not report its process within 10 s") }
            guard let bytes = try info.readAvailable(upTo: 4096) else { throw gaveUp(starter, errors) }
            report += bytes
            if report.contains(UInt8(ascii: "}")) { break }
        }
        guard let pid = SandboxReport(report).number("child-pid") else {
            throw LocalNodeError(.launch, "bubblewrap's report names no process: \(String(decoding: report, as: UTF8.self))")
        }
        return pid_t(pid)
    }

    private func gaveUp(_ starter: Descriptor, _ errors: Descriptor) -> LocalNodeError {
        _ = Self.hasEnded(starter)
        var text = ""
        if case .some(.some(let bytes)) = try? errors.readAvailable(upTo: 4096) { text = String(decoding: bytes, as: UTF8.self) }
        let said = text.split(separator: "\n").joined(separator: "; ")
        return LocalNodeError(.launch, said.isEmpty ? "bubblewrap ended without a word" : said)
    }

    private func inspect(
        _ program: pid_t,
        starter: (pid_t, Descriptor),
        status: Descriptor,
        output: Descriptor,
        errors: Descriptor
    ) throws(LocalNodeError) -> SandboxProcess {
        let handle = try Descriptor.process(program)
        let (root, message) = try waitForRoot(of: program, starter.1, errors)
        try setLimits(on: program)
        var volumes: [String: Descriptor] = [:]
        for case .scratch(let path, _, _) in plan.orderedMounts {
            volumes[path] = try Descriptor.open(String(path.drop { $0 == "/" }), beneath: root, O_RDONLY | O_DIRECTORY)
        }
        var sampler: MemorySampler?
        if let limit = plan.limits.memory {
            sampler = try MemorySampler(root: root, plan: plan, volumes: volumes, message: message, limit: limit)
        }
        return SandboxProcess(
            starter: starter.0,
            starterHandle: starter.1,
            program: program,
            programHandle: handle,
            status: status,
            output: output,
            errors: errors,
            message: message,
            volumes: volumes,
            identity: identity,
            sampler: sampler,
            share: host.cgroups.flatMap { CgroupShare($0, name: name, process: program, limits: plan.limits) }
        )
    }

    /// Waits until the process stands in its finished root as its final user. There is no event for it, so this looks every 200 µs,
    /// about ten times.
    ///
    /// The root is finished when it is another one than the host's and the message file can be opened in it: on the way there
    /// bubblewrap's root is the host's, then one that holds only the old and the new root. The user is the last thing to change. It
    /// must be the unprivileged one of the host that was asked for, seen from outside, where it cannot lie; a sandbox that never gets
    /// there is not started.
    private func waitForRoot(
        of program: pid_t,
        _ starter: Descriptor,
        _ errors: Descriptor
    ) throws(LocalNodeError) -> (root: Descriptor, message: Descriptor) {
        var hostRoot = stat()
        guard stat("/", &hostRoot) == 0 else { throw SystemCall.failure("stat /", errno) }
        let relative = String(plan.messagePath.drop { $0 == "/" })
        let user = identity?.uid ?? geteuid()
        guard user != 0 else { throw LocalNodeError(.launch, "a sandbox would run as the host's root") }
        let expected = ["\(SandboxPlan.userID)", "\(user)", "1"]
        var users: [String] = []
        var waited: Int32 = 0
        while waited < Self.patience * 5 {
            users = (TextFile.text("/proc/\(program)/uid_map") ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
            if users == expected, let root = try? Descriptor.open("/proc/\(program)/root", O_RDONLY | O_DIRECTORY) {
                var information = stat()
                if fstat(root.number, &information) == 0,
                    (information.st_dev, information.st_ino) != (hostRoot.st_dev, hostRoot.st_ino),
                    let message = try? Descriptor.open(relative, beneath: root, O_RDONLY)
                {
                    return (root, message)
                }
            }
            var waiting = pollfd(fd: starter.number, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 0) > 0 { throw gaveUp(starter, errors) }
            usleep(200)
            waited += 1
        }
        throw LocalNodeError(
            .launch,
            "bubblewrap did not finish the sandbox within 10 s (users '\(users.joined(separator: " "))', wanted '\(expected.joined(separator: " "))')"
        )
    }

    private func setLimits(on program: pid_t) throws(LocalNodeError) {
        let limits = plan.limits.processLimits(largestFile: plan.largestScratch)
        let error = limits.withUnsafeBufferPointer { limits in
            csandbox_set_limits(
                program,
                identity?.uid ?? UInt32.max,
                identity?.gid ?? UInt32.max,
                limits.baseAddress,
                limits.count
            )
        }
        guard error == 0 else { throw SystemCall.failure("setting the sandbox's limits", error, code: .launch) }
    }
}

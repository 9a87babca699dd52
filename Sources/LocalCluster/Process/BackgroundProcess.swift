// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Starts a program in a session of its own, so that it outlives the terminal and the program that started it.
enum BackgroundProcess {
    /// The descriptor on which the program reports that it is ready.
    static let readinessDescriptor: Int32 = 3

    /// Starts `executable`: standard input from /dev/null, both outputs at the end of `log`, ``readinessDescriptor`` the end of a pipe.
    ///
    /// - Returns: The process id, and the pipe's other end, which the caller closes.
    static func start(executable: String, arguments: [String], log: String) throws(LocalClusterError) -> (
        pid: pid_t, readiness: Int32
    ) {
        var pipe: [Int32] = [-1, -1]
        guard Glibc.pipe(&pipe) == 0 else { throw failure("make a pipe", errno) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(pipe[1]) }
        do {
            let pid = try spawn(
                executable: executable,
                arguments: arguments,
                log: log,
                descriptors: [readinessDescriptor: pipe[1]],
                inNewSession: true
            )
            return (pid, pipe[0])
        } catch {
            close(pipe[0])
            throw error
        }
    }

    /// Starts `executable` with both outputs at the end of `log` and a clean state of signals.
    ///
    /// - Parameter descriptors: What the program finds open: its number there, and the one here. Standard input is /dev/null unless it is
    ///   named; everything else is closed.
    static func spawn(
        executable: String,
        arguments: [String],
        log: String,
        descriptors: [Int32: Int32],
        inNewSession: Bool = false
    ) throws(LocalClusterError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for (there, here) in descriptors { posix_spawn_file_actions_adddup2(&actions, here, there) }
        // Whatever else is open here stays here; the C library's closefrom action is not imported.
        for descriptor in 3..<Self.descriptorLimit where descriptors[descriptor] == nil && fcntl(descriptor, F_GETFD) >= 0 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let session = inNewSession ? Self.newSession : 0
        posix_spawnattr_setflags(&attributes, Int16(session | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var pid = pid_t()
        let code = withArguments([executable] + arguments) { argv in
            posix_spawn(&pid, executable, &actions, &attributes, argv, environ)
        }
        guard code == 0 else { throw failure("start \(executable)", code) }
        return pid
    }

    /// Descriptors beyond this one are not looked for: a command line tool has a few.
    private static let descriptorLimit: Int32 = 1024

    /// POSIX_SPAWN_SETSID of <spawn.h>, which is not imported.
    private static let newSession: Int32 = 0x80

    private static func withArguments<Result>(
        _ arguments: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }

    private static func failure(_ what: String, _ code: Int32) -> LocalClusterError {
        LocalClusterError(.start, "cannot \(what): \(String(cString: strerror(code)))")
    }
}

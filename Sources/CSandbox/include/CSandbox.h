// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// What Swift cannot do safely: everything between fork and exec, and system calls that the C library has no portable wrapper for.
//
// Ownership: no function keeps a pointer or a descriptor after it returns. Descriptors handed out belong to the caller and are
// close-on-exec. Every function returns 0 or an errno value; nothing is written to the program's errno on purpose.

#ifndef CSANDBOX_H
#define CSANDBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// `uid` or `gid` of a request that keeps the caller's own.
#define CSANDBOX_KEEP_ID UINT32_MAX

/// What `csandbox_spawn` starts.
struct csandbox_request {
    /// Absolute path of the program; no PATH search.
    const char *executable;
    /// Arguments and environment, each ended by NULL.
    char *const *arguments;
    char *const *environment;
    /// Become descriptors 0, 1 and 2 of the program.
    int standard_input;
    int standard_output;
    int standard_error;
    /// Descriptors that stay open in the program under the same number; every other one above 2 is closed.
    const int *passed;
    size_t passed_count;
    /// The ids to run as; supplementary groups are cleared when they differ from CSANDBOX_KEEP_ID.
    uint32_t uid;
    uint32_t gid;
};

/// Starts a program with default signal handling, in the root directory, killed when the *thread* that called this ends.
/// Returns when the program's exec has succeeded (0), or an errno value; `*failed_step` then names the call that failed.
int csandbox_spawn(const struct csandbox_request *request, pid_t *pid, int *pidfd, const char **failed_step);

/// A descriptor that stands for the process, whatever happens to its number.
int csandbox_pidfd_open(pid_t pid, int *pidfd);

/// Sends a signal to the process of a pidfd. ESRCH when it has ended.
int csandbox_pidfd_signal(int pidfd, int signal);

/// One resource limit, soft and hard alike.
struct csandbox_limit {
    int resource;
    uint64_t value;
};

/// Sets limits of another process of user `uid` and group `gid`. A caller that may not (root without CAP_SYS_RESOURCE) does it from
/// a short-lived child that has become that user.
int csandbox_set_limits(pid_t pid, uint32_t uid, uint32_t gid, const struct csandbox_limit *limits, size_t count);

/// An anonymous file that holds `size` bytes, read position at its start.
int csandbox_memory_file(const char *name, const void *bytes, size_t size, int *descriptor);

/// Opens a path under a directory for reading without following any symbolic link or leaving the directory, never blocking.
int csandbox_open_beneath(int directory, const char *path, int flags, int *descriptor);

/// Writes the sandbox's seccomp program (BPF) into an anonymous file, read position at its start.
int csandbox_seccomp_program(int *descriptor, const char **failed_step);

/// A pipe; what is written to `ends[1]` comes out of `ends[0]`.
int csandbox_pipe(int ends[2]);

/// An event counter (eventfd). With `semaphore` each read takes 1 and waits for it; without, a read takes all and never waits.
int csandbox_counter(int semaphore, int *descriptor);

/// An epoll set, and adding to and removing from it by what can be read. `token` comes back from `csandbox_poll_wait`.
int csandbox_poll_create(int *descriptor);
int csandbox_poll_add(int poll, int descriptor, uint64_t token);
void csandbox_poll_remove(int poll, int descriptor);

/// Waits up to `timeout` milliseconds (-1: for ever) and returns how many tokens were written; 0 also when a signal came.
int csandbox_poll_wait(int poll, uint64_t *tokens, int capacity, int timeout);

/// The C library's words for an errno value, always ended by NUL.
void csandbox_error_text(int error, char *text, size_t size);

/// Names the calling thread for people who look at the process.
void csandbox_name_thread(const char *name);

#endif

// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum step { STEP_IDS, STEP_DESCRIPTORS, STEP_PARENT, STEP_EXEC };

static const char *const step_names[] = {
    "dropping to the sandbox's user",
    "arranging descriptors",
    "binding the program's life to its parent",
    "exec",
};

struct failure {
    int error;
    int step;
};

// Between fork and exec only async-signal-safe calls are allowed: other threads of the parent may hold any lock.

static void fail(int report, enum step step) {
    struct failure failure = {errno, step};
    ssize_t ignored = write(report, &failure, sizeof failure);
    (void)ignored;
    _exit(127);
}

static void close_on_exec_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 1U << 2 /* CLOSE_RANGE_CLOEXEC */) == 0) return;
#endif
    struct rlimit limit;
    int last = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int descriptor = first; descriptor < last; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

static void reset_signals(void) {
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// The kernel's out-of-memory killer should take a sandbox before anything of the user's.
static void volunteer_for_oom(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t ignored = write(file, "500", 3);
    (void)ignored;
    close(file);
}

static int drop_ids(uint32_t uid, uint32_t gid) {
    if (uid == CSANDBOX_KEEP_ID) return 0;
    if (setgroups(0, NULL) != 0) return -1;
    if (setresgid(gid, gid, gid) != 0) return -1;
    return setresuid(uid, uid, uid);
}

static void run_child(const struct csandbox_request *request, int report, pid_t parent) {
    reset_signals();
    volunteer_for_oom();
    umask(022);
    if (chdir("/") != 0 || drop_ids(request->uid, request->gid) != 0) fail(report, STEP_IDS);
    // After the change of user, which clears it.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) fail(report, STEP_PARENT);
    if (getppid() != parent) _exit(127);

    int standard[3] = {request->standard_input, request->standard_output, request->standard_error};
    for (int target = 0; target < 3; target++) {
        // Sources are above 2 (the caller's duty), so no dup2 overwrites a source.
        if (dup2(standard[target], target) < 0) fail(report, STEP_DESCRIPTORS);
    }
    close_on_exec_from(3);
    for (size_t index = 0; index < request->passed_count; index++) {
        if (fcntl(request->passed[index], F_SETFD, 0) != 0) fail(report, STEP_DESCRIPTORS);
    }
    execve(request->executable, request->arguments, request->environment);
    fail(report, STEP_EXEC);
}

static int reap(pid_t pid, int *status) {
    while (waitpid(pid, status, 0) < 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

int csandbox_spawn(const struct csandbox_request *request, pid_t *pid, int *pidfd, const char **failed_step) {
    *failed_step = "fork";
    if (request->standard_input < 3 || request->standard_output < 3 || request->standard_error < 3) return EINVAL;
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return errno;

    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        int error = errno;
        close(report[0]);
        close(report[1]);
        return error;
    }
    if (child == 0) run_child(request, report[1], parent);

    close(report[1]);
    struct failure failure;
    ssize_t got;
    do got = read(report[0], &failure, sizeof failure);
    while (got < 0 && errno == EINTR);
    close(report[0]);

    int error = 0;
    int status;
    if (got == sizeof failure) {
        *failed_step = step_names[failure.step];
        reap(child, &status);
        return failure.error != 0 ? failure.error : EIO;
    }
    *failed_step = "pidfd_open";
    error = csandbox_pidfd_open(child, pidfd);
    if (error != 0) {
        kill(child, SIGKILL);
        reap(child, &status);
        return error;
    }
    *pid = child;
    return 0;
}

int csandbox_set_limits(pid_t pid, uint32_t uid, uint32_t gid, const struct csandbox_limit *limits, size_t count) {
    int error = 0;
    for (size_t index = 0; index < count; index++) {
        struct rlimit limit = {limits[index].value, limits[index].value};
        if (prlimit(pid, limits[index].resource, &limit, NULL) != 0) {
            error = errno;
            break;
        }
    }
    if (error != EPERM || uid == CSANDBOX_KEEP_ID) return error;

    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) {
        if (drop_ids(uid, gid) != 0) _exit(errno & 0xff);
        for (size_t index = 0; index < count; index++) {
            struct rlimit limit = {limits[index].value, limits[index].value};
            if (prlimit(pid, limits[index].resource, &limit, NULL) != 0) _exit(errno & 0xff);
        }
        _exit(0);
    }
    int status;
    error = reap(child, &status);
    if (error != 0) return error;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

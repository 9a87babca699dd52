// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// The sandbox's system call filter: an allowlist in the spirit of a container runtime's default profile.
//
// An allowlist, not a denylist: a call that a newer kernel adds is not reachable until someone has thought about it. What is not on
// any list is answered ENOSYS, so that a C library newer than this file falls back as on an older kernel. What programs are known to
// try in order to leave a sandbox is answered EPERM, as a container runtime does. Another architecture's entry (32-bit calls on a
// 64-bit kernel) kills the process.

#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "seccomp_lists.h"

#define NEW_NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define TERMINAL_INPUT 0x5412   // TIOCSTI: puts characters into a terminal's input
#define TERMINAL_CONSOLE 0x541C // TIOCLINUX: pastes into a virtual console

// A name that this libseccomp or this architecture does not have needs no rule: the default answer refuses it.
static int add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names) {
    for (; *names != NULL; names++) {
        int number = seccomp_syscall_resolve_name(*names);
        if (number == __NR_SCMP_ERROR || number < 0) continue;
        int result = seccomp_rule_add_array(filter, action, number, 0, NULL);
        if (result != 0) return -result;
    }
    return 0;
}

static int add_one(scmp_filter_ctx filter, uint32_t action, const char *name, unsigned count, const struct scmp_arg_cmp *arguments) {
    int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR || number < 0) return 0;
    return -seccomp_rule_add_array(filter, action, number, count, arguments);
}

// New processes and threads, but no new namespaces. clone3 hides its flags behind a pointer; being on
// no list it is answered ENOSYS, and C libraries fall back to clone.
static int add_clone(scmp_filter_ctx filter) {
    struct scmp_arg_cmp plain = SCMP_A0(SCMP_CMP_MASKED_EQ, NEW_NAMESPACES, 0);
    int error = add_one(filter, SCMP_ACT_ALLOW, "clone", 1, &plain);
    for (uint64_t bit = 1; error == 0 && bit <= NEW_NAMESPACES; bit <<= 1) {
        if ((bit & NEW_NAMESPACES) == 0) continue;
        struct scmp_arg_cmp flag = SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit);
        error = add_one(filter, SCMP_ACT_ERRNO(EPERM), "clone", 1, &flag);
    }
    return error;
}

// Ordinary sockets and the routing netlink that getifaddrs needs; every other family is kernel surface a program does not need.
static int add_socket(scmp_filter_ctx filter) {
    static const int allowed[] = {AF_UNIX, AF_INET, AF_INET6};
    int error = 0;
    for (int family = 0; error == 0 && family <= AF_MAX; family++) {
        int listed = 0;
        for (unsigned index = 0; index < sizeof allowed / sizeof *allowed; index++) listed |= allowed[index] == family;
        struct scmp_arg_cmp arguments[2] = {SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)family), SCMP_A2_32(SCMP_CMP_EQ, 0)};
        if (family == AF_NETLINK) {
            error = add_one(filter, SCMP_ACT_ALLOW, "socket", 2, arguments);
            arguments[1] = (struct scmp_arg_cmp)SCMP_A2_32(SCMP_CMP_NE, 0);
            if (error == 0) error = add_one(filter, SCMP_ACT_ERRNO(EPERM), "socket", 2, arguments);
        } else {
            error = add_one(filter, listed ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM), "socket", 1, arguments);
        }
    }
    struct scmp_arg_cmp beyond = SCMP_A0_32(SCMP_CMP_GT, AF_MAX);
    if (error == 0) error = add_one(filter, SCMP_ACT_ERRNO(EPERM), "socket", 1, &beyond);
    return error;
}

static int add_ioctl(scmp_filter_ctx filter) {
    static const uint32_t refused[] = {TERMINAL_INPUT, TERMINAL_CONSOLE};
    int error = 0;
    // The kernel looks at the low 32 bits of the request only, and so must these rules. Two "not equal" cannot stand in one rule, so
    // the ranges between the refused values are spelled out.
    for (unsigned index = 0; error == 0 && index < 2; index++) {
        struct scmp_arg_cmp equal = SCMP_A1_32(SCMP_CMP_EQ, refused[index]);
        error = add_one(filter, SCMP_ACT_ERRNO(EPERM), "ioctl", 1, &equal);
    }
    struct scmp_arg_cmp below = SCMP_A1_32(SCMP_CMP_LT, TERMINAL_INPUT);
    if (error == 0) error = add_one(filter, SCMP_ACT_ALLOW, "ioctl", 1, &below);
    struct scmp_arg_cmp above = SCMP_A1_32(SCMP_CMP_GT, TERMINAL_CONSOLE);
    if (error == 0) error = add_one(filter, SCMP_ACT_ALLOW, "ioctl", 1, &above);
    for (uint32_t request = TERMINAL_INPUT + 1; error == 0 && request < TERMINAL_CONSOLE; request++) {
        struct scmp_arg_cmp equal = SCMP_A1_32(SCMP_CMP_EQ, request);
        error = add_one(filter, SCMP_ACT_ALLOW, "ioctl", 1, &equal);
    }
    return error;
}

static int add_others(scmp_filter_ctx filter) {
    // The program is PID 1 and dies with the sandbox's starter; it must not be able to take that back.
    struct scmp_arg_cmp keeps = SCMP_A0_32(SCMP_CMP_EQ, PR_SET_PDEATHSIG);
    int error = add_one(filter, SCMP_ACT_ERRNO(EPERM), "prctl", 1, &keeps);
    struct scmp_arg_cmp other = SCMP_A0_32(SCMP_CMP_NE, PR_SET_PDEATHSIG);
    if (error == 0) error = add_one(filter, SCMP_ACT_ALLOW, "prctl", 1, &other);

    static const uint32_t personalities[] = {0, 0x0008, 0x20000, 0x20008, 0xffffffff};
    for (unsigned index = 0; error == 0 && index < sizeof personalities / sizeof *personalities; index++) {
        struct scmp_arg_cmp equal = SCMP_A0_32(SCMP_CMP_EQ, personalities[index]);
        error = add_one(filter, SCMP_ACT_ALLOW, "personality", 1, &equal);
    }
    return error;
}

static int build(scmp_filter_ctx filter, const char **step) {
    int error;
    *step = "setting filter attributes";
    // no_new_privs is bubblewrap's to set; the binary tree halves the cost of a call.
    if ((error = -seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0)) != 0) return error;
    if ((error = -seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS)) != 0) return error;
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    *step = "allowing calls";
    if ((error = add_names(filter, SCMP_ACT_ALLOW, allowed_calls)) != 0) return error;
    *step = "refusing calls";
    if ((error = add_names(filter, SCMP_ACT_ERRNO(EPERM), refused_calls)) != 0) return error;
    *step = "restricting clone";
    if ((error = add_clone(filter)) != 0) return error;
    *step = "restricting socket";
    if ((error = add_socket(filter)) != 0) return error;
    *step = "restricting ioctl";
    if ((error = add_ioctl(filter)) != 0) return error;
    *step = "restricting prctl and personality";
    return add_others(filter);
}

int csandbox_seccomp_program(int *descriptor, const char **failed_step) {
    *failed_step = "seccomp_init";
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    if (filter == NULL) return ENOMEM;
    int error = build(filter, failed_step);
    int file = -1;
    if (error == 0) {
        *failed_step = "memfd_create";
        file = memfd_create("seccomp", MFD_CLOEXEC);
        if (file < 0) error = errno;
    }
    if (error == 0) {
        *failed_step = "seccomp_export_bpf";
        error = -seccomp_export_bpf(filter, file);
    }
    if (error == 0 && lseek(file, 0, SEEK_SET) < 0) error = errno;
    seccomp_release(filter);
    if (error != 0 && file >= 0) close(file);
    if (error == 0) *descriptor = file;
    return error;
}

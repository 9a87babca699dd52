// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

int csandbox_pidfd_open(pid_t pid, int *pidfd) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);  // close-on-exec by definition
    if (descriptor < 0) return errno;
    *pidfd = (int)descriptor;
    return 0;
}

int csandbox_pidfd_signal(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0 ? 0 : errno;
}

int csandbox_memory_file(const char *name, const void *bytes, size_t size, int *descriptor) {
    int file = memfd_create(name, MFD_CLOEXEC);
    if (file < 0) return errno;
    size_t written = 0;
    while (written < size) {
        ssize_t count = write(file, (const char *)bytes + written, size - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            int error = errno;
            close(file);
            return error;
        }
        written += (size_t)count;
    }
    if (lseek(file, 0, SEEK_SET) < 0) {
        int error = errno;
        close(file);
        return error;
    }
    *descriptor = file;
    return 0;
}

int csandbox_open_beneath(int directory, const char *path, int flags, int *descriptor) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    long file = syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (file < 0) return errno;
    *descriptor = (int)file;
    return 0;
}

int csandbox_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

int csandbox_counter(int semaphore, int *descriptor) {
    int counter = eventfd(0, EFD_CLOEXEC | (semaphore ? EFD_SEMAPHORE : EFD_NONBLOCK));
    if (counter < 0) return errno;
    *descriptor = counter;
    return 0;
}

int csandbox_poll_create(int *descriptor) {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) return errno;
    *descriptor = poll;
    return 0;
}

int csandbox_poll_add(int poll, int descriptor, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = token};
    return epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno;
}

void csandbox_poll_remove(int poll, int descriptor) { epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, NULL); }

int csandbox_poll_wait(int poll, uint64_t *tokens, int capacity, int timeout) {
    struct epoll_event events[64];
    int count = epoll_wait(poll, events, capacity < 64 ? capacity : 64, timeout);
    for (int index = 0; index < count; index++) tokens[index] = events[index].data.u64;
    return count < 0 ? 0 : count;
}

void csandbox_error_text(int error, char *text, size_t size) {
    const char *words = strerror_r(error, text, size);  // GNU's: may answer with a constant of its own
    if (words != text) snprintf(text, size, "%s", words);
}

void csandbox_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

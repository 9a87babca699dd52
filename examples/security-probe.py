# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
"""Tries to get out of the sandbox, one line per attempt: `ok: …` when it was contained, `LEAK: …` when not.

Ends with 1 when anything leaked. Options: --fork-bomb and --memory-hog run the two attacks that end the task itself.
"""

import ctypes
import errno
import json
import mmap
import os
import socket
import sys
import time

RESULTS: list[tuple[bool, str]] = []
libc = ctypes.CDLL(None, use_errno=True)


def report(contained: bool, text: str) -> None:
    RESULTS.append((contained, text))
    print(("ok: " if contained else "LEAK: ") + text, flush=True)


def name(number: int) -> str:
    return errno.errorcode.get(number, str(number))


def call(label: str, function: str, *arguments: object) -> None:
    ctypes.set_errno(0)
    answer = getattr(libc, function)(*arguments)
    number = ctypes.get_errno()
    report(answer == -1 and number in (errno.EPERM, errno.ENOSYS), f"{label} refused ({name(number) if answer == -1 else 'allowed'})")


def identity() -> None:
    report(os.getuid() == 1000 and os.getgid() == 1000, f"runs as uid {os.getuid()} gid {os.getgid()}")
    report(os.getgroups() in ([], [1000]), f"supplementary groups {os.getgroups()}")
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    for field in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
        report(int(status[field], 16) == 0, f"{field} is {status[field].strip()}")
    report(status["NoNewPrivs"].strip() == "1", "no_new_privs is set")
    report(status["Seccomp"].strip() == "2", "a seccomp filter is in force")
    for label, function in (("setuid(0)", os.setuid), ("setgid(0)", os.setgid)):
        try:
            function(0)
            report(False, f"{label} worked")
        except OSError as error:
            report(True, f"{label} refused ({name(error.errno)})")


def not_writable(path: str) -> None:
    probe = os.path.join(path, ".probe")
    try:
        with open(probe, "w"):
            pass
        os.unlink(probe)
        report(False, f"{path} is writable")
    except OSError as error:
        report(error.errno in (errno.EROFS, errno.EACCES, errno.ENOENT), f"{path} is not writable ({name(error.errno)})")


def bounded(path: str, bound: int) -> None:
    probe, written = os.path.join(path, ".fill"), 0
    try:
        with open(probe, "wb", buffering=0) as file:
            try:
                while written <= bound:
                    written += file.write(b"\0" * (1 << 20))
            except OSError as error:
                report(error.errno in (errno.ENOSPC, errno.EFBIG), f"{path} is writable up to {written >> 20} MiB ({name(error.errno)})")
            else:
                report(False, f"{path} took {written >> 20} MiB without a bound")
        os.unlink(probe)
    except OSError as error:
        report(False, f"{path} cannot be written ({name(error.errno)})")


def files() -> None:
    for path in ("/", "/usr", "/usr/bin", "/etc", "/workspace", "/dev", "/proc", "/proc/sys/kernel", "/sys"):
        not_writable(path)
    # A little less than the sandbox's memory, so that a volume without a bound shows before anything else ends the probe.
    for path in ("/tmp", os.environ.get("AGENTTASK_ARTIFACTS_DIR", "/workspace/artifacts"), "/dev/shm"):
        bounded(path, 160 << 20)
    try:
        code = os.path.abspath(__file__)
        with open(code, "a"):
            report(False, f"{code} is writable")
    except OSError as error:
        report(True, f"the code is not writable ({name(error.errno)})")
    for path in ("/etc/shadow", "/root", "/home", "/var", "/run", "/boot", "/sys/kernel", "/dev/sda", "/dev/kmsg", "/dev/mem"):
        report(not os.path.exists(path), f"{path} is not visible")
    for path in ("/proc/kcore", "/proc/keys", "/proc/sysrq-trigger", "/proc/timer_list"):
        try:
            with open(path, "rb") as file:
                report(not file.read(16), f"{path} tells nothing")
        except OSError as error:
            report(True, f"{path} tells nothing ({name(error.errno)})")
    owners = {line.split(":")[0] for line in open("/etc/passwd")} if os.path.exists("/etc/passwd") else set()
    report(owners <= {"task"}, f"/etc/passwd names only {sorted(owners)}")
    for root in ("/proc/1/root", "/proc/self/root", "/proc/1/cwd/../.."):
        path = os.path.join(root, "etc/shadow")
        report(not os.path.exists(path), f"{path} is not visible")


def processes() -> None:
    seen = sorted(int(entry) for entry in os.listdir("/proc") if entry.isdigit())
    report(os.getpid() == 1 and seen == [1], f"visible processes are {seen}")
    report(len(open("/proc/net/dev").readlines()) == 3, "only the loopback interface exists")
    environment = set(os.environ)
    unexpected = {key for key in environment if key in ("SSH_AUTH_SOCK", "KUBECONFIG", "DBUS_SESSION_BUS_ADDRESS", "LOGNAME", "USER")}
    report(not unexpected, f"the environment holds nothing of the host's ({len(environment)} variables)")
    opened = sorted(int(entry) for entry in os.listdir("/proc/self/fd"))
    report(all(number <= 3 for number in opened), f"open descriptors are {opened[:3]}")


def unreachable(label: str, family: int, address: tuple) -> None:
    start = time.monotonic()
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(3)
        try:
            connection.connect(address)
            report(False, f"connected to {label}")
        except OSError as error:
            report(time.monotonic() - start < 1, f"{label} is out of reach ({name(error.errno) if error.errno else error})")


def network() -> None:
    ports = [int(word) for word in os.environ.get("PROBE_HOST_PORTS", "22 53 80 443 5432 6443 8080").split()]
    for port in ports:
        unreachable(f"127.0.0.1:{port} of the host", socket.AF_INET, ("127.0.0.1", port))
    for address in ("10.0.0.1", "172.17.0.1", "192.168.0.1", "169.254.169.254", "1.1.1.1"):
        unreachable(address, socket.AF_INET, (address, 80))
    unreachable("2606:4700:4700::1111", socket.AF_INET6, ("2606:4700:4700::1111", 80))
    start = time.monotonic()
    try:
        socket.getaddrinfo("kubernetes.io", 443)
        report(False, "DNS answered")
    except OSError as error:
        spent = time.monotonic() - start
        report(spent < 1, f"DNS fails after {spent * 1000:.0f} ms ({error})")
    kinds = (
        ("a raw socket", socket.AF_INET, socket.SOCK_RAW, 1),
        ("a packet socket", socket.AF_PACKET, socket.SOCK_RAW, 3),
        ("a netlink audit socket", socket.AF_NETLINK, socket.SOCK_RAW, 9),
        ("a vsock socket", 40, socket.SOCK_STREAM, 0),
    )
    for label, family, kind, protocol in kinds:
        try:
            socket.socket(family, kind, protocol).close()
            report(False, f"{label} opened")
        except OSError as error:
            report(True, f"{label} refused ({name(error.errno)})")


def calls() -> None:
    new_user, new_namespace = 0x10000000, 0x00020000
    call("unshare(CLONE_NEWUSER)", "unshare", new_user)
    call("unshare(CLONE_NEWNS)", "unshare", new_namespace)
    call("mount", "mount", b"none", b"/tmp", b"tmpfs", 0, None)
    call("umount", "umount2", b"/tmp", 2)
    call("ptrace", "ptrace", 0, 0, None, None)
    call("setns", "setns", 0, 0)
    call("chroot", "chroot", b"/tmp")
    call("bpf", "syscall", 321, 0, None, 0)
    call("keyctl", "syscall", 250, 0, 0, 0)
    call("userfaultfd", "syscall", 323, 0)
    call("io_uring_setup", "syscall", 425, 1, None)
    call("perf_event_open", "syscall", 298, None, 0, -1, -1, 0)
    call("process_vm_readv", "syscall", 310, 1, None, 0, None, 0, 0)
    call("open_by_handle_at", "syscall", 304, 0, None, 0)
    call("clone3", "syscall", 435, None, 0)
    call("clone(CLONE_NEWUSER)", "syscall", 56, new_user | 17, None, None, None, None)
    call("giving up the tie to the node", "prctl", 1, 0, 0, 0, 0)
    call("memory outside of any limit (memfd_create)", "syscall", 319, b"x", 0)
    call("memory outside of any limit (shmget)", "syscall", 29, 0, 4096, 0o1600)
    for label, path in (("su", "/usr/bin/su"), ("mount", "/usr/bin/mount")):
        if os.path.exists(path):
            child = os.fork()
            if child == 0:
                os.execv("/bin/sh", ["sh", "-c", f"{path} -c id root >/dev/null 2>&1 </dev/null"])
            report(os.waitpid(child, 0)[1] != 0, f"the setuid program {label} gives no rights")


def fork_bomb() -> None:
    children = 0
    try:
        while True:
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
            children += 1
            if children > 1000:
                report(False, "more than 1000 processes")
                return
    except OSError as error:
        report(children < 1000, f"a fork bomb ends at {children} children ({name(error.errno)})")


def memory_hog() -> None:
    kept = []
    while True:
        try:
            block = mmap.mmap(-1, 8 << 20)
            block.write(b"\1" * (8 << 20))
            kept.append(block)
        except (MemoryError, OSError):
            print(f"memory refused after {len(kept) * 8} MiB", flush=True)
            time.sleep(1)
            sys.exit(9)
        if len(kept) > 512:
            report(False, "4 GiB of memory were given")
            sys.exit(1)


if __name__ == "__main__":
    if "--memory-hog" in sys.argv:
        memory_hog()
    if "--fork-bomb" in sys.argv:
        fork_bomb()
    else:
        for check in (identity, processes, files, network, calls):
            check()
    leaks = [text for contained, text in RESULTS if not contained]
    path = os.environ.get("AGENTTASK_RESULT_PATH")
    if path:
        with open(path, "w", encoding="utf-8") as result:
            json.dump({"checks": len(RESULTS), "leaks": leaks[:20]}, result)
    print(f"{len(RESULTS)} checks, {len(leaks)} leaks")
    sys.exit(1 if leaks else 0)

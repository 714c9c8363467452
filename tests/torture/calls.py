"""System calls: their names, and the ways in which each of them may fail."""

import errno
import re
import subprocess

NO_MEMORY = ("ENOMEM",)
DISK = ("EIO", "ENOSPC", "EDQUOT", "EROFS")
WAIT = ("EINTR", "ENOMEM")
OPEN = ("EMFILE", "EACCES", "ENOMEM", "EINTR")
START = ("EAGAIN", "ENOMEM")
BECOME = ("EPERM", "EAGAIN")
SEND = ("EPIPE", "ECONNRESET", "EINTR", "ENOBUFS")
RECEIVE = ("ECONNRESET", "EINTR", "ENOMEM")

# A sanitizer cannot do without these, and asks for its limits with the last one.
SANITIZERS = ("mmap", "mprotect", "mremap", "brk", "mlock", "madvise", "prlimit64")

# What is not named here cannot fail (getuid), or cannot fail in a way that a program could tell
# from an argument of its own that was wrong (rt_sigaction, munmap). ENOENT is no failure: a program
# that is told so may believe it.
FAULTS = {
    "mmap": NO_MEMORY, "mprotect": NO_MEMORY, "mremap": NO_MEMORY, "brk": NO_MEMORY,
    "mlock": ("ENOMEM", "EPERM"), "madvise": ("EINVAL",),
    "read": ("EIO", "EINTR"), "pread64": ("EIO",), "readv": ("EIO",),
    "write": DISK + ("EINTR", "EPIPE"), "pwrite64": DISK, "writev": DISK + ("EPIPE",),
    "open": OPEN, "openat": OPEN + ("ENOSPC", "EDQUOT", "EROFS"), "openat2": OPEN,
    "close": ("EIO", "EINTR"), "fsync": ("EIO", "ENOSPC", "EDQUOT"),
    "fdatasync": ("EIO", "ENOSPC", "EDQUOT"), "ftruncate": DISK,
    "rename": DISK, "renameat": DISK, "renameat2": DISK, "unlink": ("EROFS", "EIO"),
    "unlinkat": ("EROFS", "EIO"), "mkdir": DISK, "mkdirat": DISK,
    "chmod": ("EPERM", "EROFS"), "fchmod": ("EPERM", "EROFS"), "fchmodat": ("EPERM", "EROFS"),
    "fchown": ("EPERM", "EDQUOT"), "fchownat": ("EPERM", "EDQUOT"),
    "fstat": ("EIO", "ENOMEM"), "stat": ("EIO", "EACCES"),
    "lstat": ("EIO", "EACCES"), "statx": ("EIO", "EACCES"),
    "newfstatat": ("EIO", "EACCES", "ENOMEM"), "access": ("EACCES",),
    "faccessat2": ("EACCES",), "readlink": ("EIO", "EACCES"),
    "readlinkat": ("EIO", "EACCES"), "getdents64": ("EIO",),
    "flock": ("EWOULDBLOCK", "ENOLCK", "EINTR"),
    "fcntl": ("EMFILE", "EAGAIN"), "dup": ("EMFILE",), "dup2": ("EMFILE", "EINTR", "EBUSY"),
    "dup3": ("EMFILE", "EINTR", "EBUSY"), "pipe": ("EMFILE",), "pipe2": ("EMFILE", "ENFILE"),
    "getrandom": ("EINTR", "EIO", "ENOSYS", "EAGAIN"),
    "clone": START, "clone3": START + ("ENOSYS", "EPERM"), "fork": START, "vfork": START,
    "execve": ("EACCES", "ENOMEM"), "execveat": ("EACCES", "ENOMEM"),
    "wait4": ("ECHILD", "EINTR"), "waitid": ("ECHILD", "EINTR"), "kill": ("ESRCH", "EPERM"),
    "keyctl": ("EDQUOT", "ENOSYS", "EPERM", "ENOKEY", "EINTR"),
    "add_key": ("EDQUOT", "ENOSYS", "EPERM", "ENOMEM"),
    "socket": ("EMFILE", "EAFNOSUPPORT", "EACCES"), "socketpair": ("EMFILE", "ENFILE"),
    "connect": ("ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "EINTR"),
    "bind": ("EADDRINUSE", "EACCES"), "setsockopt": ("ENOMEM", "ENOPROTOOPT"),
    "getsockopt": ("ENOPROTOOPT", "ENOMEM"), "getsockname": ("ENOBUFS",),
    "getpeername": ("ENOTCONN", "ENOBUFS"), "shutdown": ("ENOTCONN",),
    "sendto": SEND, "sendmsg": SEND, "sendmmsg": SEND, "recvfrom": RECEIVE, "recvmsg": RECEIVE,
    "poll": WAIT, "ppoll": WAIT, "select": WAIT, "pselect6": WAIT, "epoll_wait": WAIT,
    "epoll_create1": ("EMFILE",), "epoll_ctl": ("ENOMEM",), "eventfd2": ("EMFILE",),
    "signalfd4": ("EMFILE", "ENOMEM"), "ioctl": ("ENOTTY", "EIO"),
    "setresuid": BECOME, "setresgid": BECOME, "setgroups": ("EPERM", "ENOMEM"),
    "setsid": ("EPERM",), "setpriority": ("EPERM",), "prlimit64": ("EPERM",),
    "setrlimit": ("EPERM",), "prctl": ("EINVAL", "EPERM"), "chdir": ("EACCES",),
    "close_range": ("ENOSYS", "EMFILE"), "statfs": ("EIO",), "uname": ("EPERM",),
    "seccomp": ("ENOSYS", "EINVAL"), "landlock_create_ruleset": ("ENOSYS", "EOPNOTSUPP"),
    "landlock_add_rule": ("ENOMEM", "EBADFD"), "landlock_restrict_self": ("EPERM", "E2BIG"),
    "rseq": ("ENOSYS",), "set_robust_list": ("EINVAL",),
    "sysinfo": ("EFAULT",), "sched_getaffinity": ("EPERM",), "sched_setaffinity": ("EINVAL",),
    "pidfd_open": ("ENOSYS", "EMFILE"),
}


def names():
    """{number: name} of this machine's system calls."""
    text = subprocess.run(["cc", "-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null"],
                          capture_output=True, text=True, check=True).stdout
    return {int(n): name for name, n in re.findall(r"#define __NR_(\w+) (\d+)$", text, re.M)}


def faults(name):
    """(word, number) of each errno that the call may fail with."""
    return [(word, getattr(errno, word)) for word in FAULTS.get(name, ())]

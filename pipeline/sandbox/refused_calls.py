"""The system calls that no reading process may use: a seccomp filter over those of the running machine.

What reaches beyond the process without opening anything is not Landlock's: another process of the same account can be
signalled in four ways and stripped of its limits, a file that cannot be opened can still be given other permissions, and
before Landlock's third version (Linux 6.2) even be emptied.
"""

from __future__ import annotations

from errno import ENOSYS, EPERM
from typing import Final

_REFUSED: Final = (
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg",
    "recvfrom", "recvmsg", "recvmmsg", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp",
    "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "process_mrelease", "mount", "umount2", "pivot_root", "chroot",
    "setns", "unshare", "move_mount", "open_tree", "fsopen", "fsmount", "fsconfig", "fspick", "mount_setattr", "bpf",
    "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
    "swapon", "swapoff", "syslog", "acct", "quotactl", "quotactl_fd", "personality", "name_to_handle_at",
    "open_by_handle_at", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname",
    "iopl", "ioperm", "mknod", "mknodat", "link", "linkat", "symlink", "symlinkat", "chown", "fchown", "lchown",
    "fchownat", "chmod", "fchmod", "fchmodat", "truncate", "utime", "utimes", "futimesat", "utimensat", "setxattr",
    "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "fanotify_init", "inotify_init",
    "inotify_init1", "shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop",
    "semtimedop", "semctl", "mq_open", "mq_unlink", "tgkill", "tkill", "kill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "setsid", "setpgid", "setpriority", "ioprio_set", "migrate_pages", "move_pages",
)  # fmt: skip
_REFUSED_WITHOUT_EXEC: Final = ("execve", "execveat", "fork", "vfork", "clone", "clone3")
#: Calls whose first number is a process: of itself (0) only.
_OF_ITSELF_ONLY: Final = ("prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")
#: By call: which argument, and its values. F_SETOWN, F_SETSIG and F_SETOWN_EX have the kernel signal whom one names;
#: F_SETLEASE holds up who opens a file. A process has to end with its parent and be no core: PR_SET_PDEATHSIG, _DUMPABLE.
_REFUSED_VALUES: Final = (("fcntl", 1, (8, 10, 15, 1024, 1026)), ("prctl", 0, (1, 4)))
#: The kernel takes 32 bits of these arguments; what else stands in them must not hide the value from the filter.
_LOW_HALF: Final = 0xFFFFFFFF
#: Numbers above 448 are the same on every machine. What a kernel learnt after this list was made (or after the library
#: did: fchmodat2 and setxattrat are newer than Debian 12's) answers as on an older kernel.
_LATER: Final = range(449, 512)


def refuse_calls(*, may_exec: bool) -> None:
    """Put the filter on this process, for good. Raises ImportError, or RuntimeError or OSError from the kernel."""
    import pyseccomp  # loads libseccomp through files and programs: `confinement.load_layers` did so before Landlock

    rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)

    def refuse(call: str | int, *when: pyseccomp.Arg, answer: int = EPERM) -> None:
        try:
            rules.add_rule(pyseccomp.ERRNO(answer), call, *when)
        except (RuntimeError, OSError, ValueError):
            return  # a call this architecture does not have needs no rule

    for name in (*_REFUSED, *(() if may_exec else _REFUSED_WITHOUT_EXEC)):
        refuse(name)
    for name in _OF_ITSELF_ONLY:
        refuse(name, pyseccomp.Arg(0, pyseccomp.NE, 0))
    for name, argument, values in _REFUSED_VALUES:
        for value in values:
            refuse(name, pyseccomp.Arg(argument, pyseccomp.MASKED_EQ, _LOW_HALF, value))
    for number in _LATER:
        refuse(number, answer=ENOSYS)
    rules.load()

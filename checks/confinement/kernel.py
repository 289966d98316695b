"""Linux system calls that Python does not offer."""

from __future__ import annotations

import ctypes
import errno
import os

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = (
    0x20000,
    0x8000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x8, 0x1000, 0x4000, 0x40000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_IDMAP = 0x1, 0x2, 0x4, 0x100000
MNT_DETACH = 2
AT_FDCWD, AT_EMPTY_PATH, AT_RECURSIVE = -100, 0x1000, 0x8000
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH = 1, 4
CLOSE_RANGE_CLOEXEC = 4
KEYCTL_JOIN_SESSION_KEYRING = 1
HIGHEST_DESCRIPTOR = 0xFFFFFFFF

# the same on every architecture since 2019
OPEN_TREE, MOVE_MOUNT, CLOSE_RANGE, MOUNT_SETATTR = 428, 429, 436, 442
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446

_OLDER = {
    "x86_64": {"pivot_root": 155, "keyctl": 250, "seccomp": 317},
    "aarch64": {"pivot_root": 41, "keyctl": 219, "seccomp": 277},
}

_libc = ctypes.CDLL(None, use_errno=True)


class MountAttributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns", ctypes.c_uint64),
    )


def machine() -> str:
    return os.uname().machine


def call(number: int, *arguments: int | bytes | ctypes.Structure | ctypes.Array[ctypes.c_char] | None) -> int:
    """A system call by its number. Raises OSError."""
    return _checked(_libc.syscall(ctypes.c_long(number), *(_widened(argument) for argument in arguments)))


def named(name: str, *arguments: int | bytes | ctypes.Structure | None) -> int:
    """A system call whose number depends on the architecture. Raises OSError: ENOSYS if it is unknown."""
    number = _OLDER.get(machine(), {}).get(name)
    if number is None:
        raise OSError(errno.ENOSYS, f"{name} on {machine()}")
    return call(number, *arguments)


def _widened(argument: object) -> object:
    if isinstance(argument, int):
        return ctypes.c_long(argument)
    return ctypes.byref(argument) if isinstance(argument, ctypes.Structure) else argument


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


def prctl(option: int, value: int) -> None:
    _checked(
        _libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    )


def unshare(flags: int) -> None:
    _checked(_libc.unshare(flags))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    words = [word.encode("utf-8", "surrogateescape") or None for word in (source, target, kind, options)]
    _checked(_libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]))


def unmount(target: str) -> None:
    _checked(_libc.umount2(os.fsencode(target), MNT_DETACH))


def set_mount(
    path: str, attributes: int, *, recursive: bool = True, userns: int = 0, tree: int = AT_FDCWD
) -> None:
    """Adds attributes to a mount; to an open tree if `tree` is one and the path is empty."""
    flags = (AT_RECURSIVE if recursive else 0) | (AT_EMPTY_PATH if not path else 0)
    wanted = MountAttributes(attributes, 0, 0, userns)
    call(MOUNT_SETATTR, tree, os.fsencode(path), flags, wanted, ctypes.sizeof(wanted))


class Signals:
    """Signals to wait for instead of being interrupted by. Python's own module is slow to import, and hides
    two.
    """

    def __init__(self, *numbers: int) -> None:
        self._set = ctypes.create_string_buffer(128)
        _libc.sigemptyset(self._set)
        for number in numbers:
            _libc.sigaddset(self._set, number)

    def only_blocked(self) -> None:
        _checked(_libc.sigprocmask(2, self._set, None))

    def wait(self) -> int:
        number = ctypes.c_int()
        _libc.sigwait(self._set, ctypes.byref(number))
        return number.value


def default_signals() -> None:
    """Python ignores some signals, and a program would inherit that."""
    for number in range(1, 65):
        _libc.signal(number, None)
    Signals().only_blocked()

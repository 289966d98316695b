"""System calls refused because nothing else protects what they reach.

A filter in the kernel's classic BPF: architecture, number, and the values of some calls' arguments.
"""

from __future__ import annotations

import ctypes
import errno

from checks.confinement import kernel

TYPE_CHECKING = False  # typing and its kin are slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

AF_UNIX = 1

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000  # numbers from here on are the x32 ABI's
_EITHER = {
    "io_uring_setup": 425,  # it creates sockets without the call
    "openat2": 437,  # its mode is behind a pointer, which filters cannot read
    "fchmodat2": 452,
    "setxattrat": 463,
}
_NUMBERS: Mapping[str, Mapping[str, int]] = {
    "x86_64": _EITHER
    | {
        "shmget": 29,
        "shmat": 30,
        "shmctl": 31,
        "socket": 41,
        "semget": 64,
        "semop": 65,
        "semctl": 66,
        "msgget": 68,
        "msgsnd": 69,
        "msgrcv": 70,
        "msgctl": 71,
        "setpriority": 141,
        "setxattr": 188,
        "lsetxattr": 189,
        "fsetxattr": 190,
        "sched_setparam": 142,
        "sched_setscheduler": 144,
        "sched_setaffinity": 203,
        "semtimedop": 220,
        "mq_open": 240,
        "mq_unlink": 241,
        "add_key": 248,
        "request_key": 249,
        "keyctl": 250,
        "ioprio_set": 251,
        "migrate_pages": 256,
        "move_pages": 279,
        "perf_event_open": 298,
        "prlimit64": 302,
        "sched_setattr": 314,
        "bpf": 321,
        "chmod": 90,
        "fchmod": 91,
        "fchmodat": 268,
        "creat": 85,
        "open": 2,
        "openat": 257,
        "mkdir": 83,
        "mkdirat": 258,
        "mknod": 133,
        "mknodat": 259,
        "userfaultfd": 323,
    },
    "aarch64": _EITHER
    | {
        "setxattr": 5,
        "lsetxattr": 6,
        "fsetxattr": 7,
        "ioprio_set": 30,
        "sched_setparam": 118,
        "sched_setscheduler": 119,
        "sched_setaffinity": 122,
        "setpriority": 140,
        "mq_open": 180,
        "mq_unlink": 181,
        "msgget": 186,
        "msgctl": 187,
        "msgrcv": 188,
        "msgsnd": 189,
        "semget": 190,
        "semctl": 191,
        "semtimedop": 192,
        "semop": 193,
        "shmget": 194,
        "shmctl": 195,
        "shmat": 196,
        "socket": 198,
        "add_key": 217,
        "request_key": 218,
        "keyctl": 219,
        "migrate_pages": 238,
        "move_pages": 239,
        "perf_event_open": 241,
        "prlimit64": 261,
        "sched_setattr": 274,
        "bpf": 280,
        "fchmod": 52,
        "fchmodat": 53,
        "openat": 56,
        "mkdirat": 34,
        "mknodat": 33,
        "userfaultfd": 282,
    },
}
_ALWAYS = (
    *("add_key", "request_key", "keyctl", "io_uring_setup", "openat2", "bpf", "perf_event_open"),
    "userfaultfd",
)
# In a user namespace that it creates, a program may have all capabilities, and give them to a file. If the
# owner of a lent workspace is root, anyone who runs the file gets root's. No filter can read the attribute's name.
_ATTRIBUTES = ("setxattr", "lsetxattr", "fsetxattr", "setxattrat")
_OF_THE_USER = (  # calls that reach all processes of the same user, and their shared memory
    *("shmget", "shmat", "shmctl", "semget", "semop", "semctl", "semtimedop", "msgget", "msgsnd", "msgrcv"),
    *("msgctl", "mq_open", "mq_unlink"),
)
_OF_ITSELF: Mapping[
    str, Mapping[int, int]
] = {  # allowed if arguments have these values: for the process itself
    "prlimit64": {0: 0},
    "setpriority": {0: 0, 1: 0},
    "sched_setparam": {0: 0},
    "sched_setscheduler": {0: 0},
    "sched_setaffinity": {0: 0},
    "sched_setattr": {0: 0},
    "migrate_pages": {0: 0},
    "move_pages": {0: 0},
    "ioprio_set": {0: 1, 1: 0},
}
_MODES: Mapping[str, int] = {  # the argument that is the mode of a file
    "chmod": 1,
    "fchmod": 1,
    "fchmodat": 2,
    "fchmodat2": 2,
    "creat": 1,
    "mkdir": 1,
    "mkdirat": 2,
    "mknod": 1,
    "mknodat": 2,
}
_MODES_WITH_FLAGS: Mapping[str, tuple[int, int]] = {"open": (1, 2), "openat": (2, 3)}  # flags, mode
_SETS_ID = 0o6000
_CREATES = 0o100 | 0o20000000  # O_CREAT, O_TMPFILE

_LOAD, _EQUAL, _AT_LEAST, _ANY_OF, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_ARCHITECTURE, _NUMBER, _ARGUMENTS = 4, 0, 16
_SET_MODE_FILTER = 1


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("yes", ctypes.c_uint8),
        ("no", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def is_available() -> bool:
    return kernel.machine() in _MACHINES


def restrict(*, of_the_user: bool, unix_sockets: bool, all_sockets: bool) -> None:
    """For this process and its descendants. Needs no_new_privs. In addition to what is always refused:

    `of_the_user`: refuses shared memory, and settings of other processes of the same user.
    """
    refused = [*_ALWAYS, *(_OF_THE_USER if of_the_user else ()), *(("socket",) if all_sockets else ())]
    family = [AF_UNIX] if unix_sockets and not all_sockets else []
    steps = [_Instruction(*step) for step in _filter(refused, family, _OF_ITSELF if of_the_user else {})]
    program = _Program(len(steps), (_Instruction * len(steps))(*steps))
    kernel.named("seccomp", _SET_MODE_FILTER, 0, program)


def _filter(
    refused: Sequence[str], families: Sequence[int], of_itself: Mapping[str, Mapping[int, int]]
) -> Iterable[tuple[int, int, int, int]]:
    numbers = _NUMBERS[kernel.machine()]
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield (_EQUAL, 1, 0, _MACHINES[kernel.machine()])
    yield _refuse(errno.ENOSYS)
    yield (_LOAD, 0, 0, _NUMBER)
    if kernel.machine() == "x86_64":
        yield (_AT_LEAST, 0, 1, _X32)
        yield _refuse(errno.ENOSYS)
    yield from _no_setuid(numbers)
    for name in _ATTRIBUTES:
        yield (_EQUAL, 0, 1, numbers[name])
        yield _refuse(errno.EOPNOTSUPP)  # as on a file system without them, which copying programs tolerate
    for name in refused:
        yield (_EQUAL, 0, 1, numbers[name])
        yield _refuse(errno.ENOSYS if name in _EITHER else errno.EPERM)
    for family in families:
        yield from _unless(numbers["socket"], [(_low(0), family)], when_equal=True)
    for name, arguments in of_itself.items():
        tests = [(_low(each), value) for each, value in arguments.items()]
        yield from _unless(numbers[name], tests, when_equal=False)
    yield (_RETURN, 0, 0, _ALLOW)


def _no_setuid(numbers: Mapping[str, int]) -> Iterable[tuple[int, int, int, int]]:
    """Refuses to create files that others would run as their owner: a lent workspace may be owned by root."""
    for name, mode in _MODES.items():
        if name in numbers:
            yield (_EQUAL, 0, 4, numbers[name])
            yield (_LOAD, 0, 0, _low(mode))
            yield (_ANY_OF, 0, 1, _SETS_ID)
            yield _refuse(errno.EPERM)
            yield (_RETURN, 0, 0, _ALLOW)
    for name, (flags, mode) in _MODES_WITH_FLAGS.items():
        if name in numbers:
            yield (_EQUAL, 0, 6, numbers[name])
            yield (_LOAD, 0, 0, _low(flags))
            yield (_ANY_OF, 0, 3, _CREATES)
            yield (_LOAD, 0, 0, _low(mode))
            yield (_ANY_OF, 0, 1, _SETS_ID)
            yield _refuse(errno.EPERM)
            yield (_RETURN, 0, 0, _ALLOW)


def _low(argument: int) -> int:
    """The offset of the lower half of an argument, which is all that these calls read."""
    return _ARGUMENTS + 8 * argument


def _unless(
    number: int, tests: Sequence[tuple[int, int]], *, when_equal: bool
) -> Iterable[tuple[int, int, int, int]]:
    """Refuses the call if an argument equals its value, or if one does not."""
    yield (_EQUAL, 0, 3 * len(tests) + 1, number)
    for offset, value in tests:
        yield (_LOAD, 0, 0, offset)
        yield (_EQUAL, 0 if when_equal else 1, 1 if when_equal else 0, value)
        yield _refuse(errno.EPERM)
    yield (_RETURN, 0, 0, _ALLOW)


def _refuse(number: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, _REFUSE | number)

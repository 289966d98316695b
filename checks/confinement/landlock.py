"""Landlock: restricts a process and its descendants to the listed files.

https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import stat

from checks.confinement import kernel

TYPE_CHECKING = False  # typing and its kin are slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

SCOPES = 6  # the ABI that restricts signals and abstract sockets; Linux 6.12
PORTS = 4  # the ABI that knows TCP ports; Linux 6.7

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}  # by ABI
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

READ = EXECUTE | READ_FILE | READ_DIR
LIST = READ_DIR
DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEV
USE = READ | WRITE_FILE | TRUNCATE
WRITE = _ALL[3] & ~MAKE_CHAR & ~MAKE_BLOCK

_BIND_TCP, _CONNECT_TCP = 1, 2
_ABSTRACT_SOCKETS, _SIGNALS = 1, 2
_VERSION, _PATH_BENEATH, _PORT = 1, 1, 2


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _NetPort(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def abi() -> int:
    """The kernel's ABI version; 0: none."""
    try:
        return kernel.call(kernel.LANDLOCK_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(rules: Iterable[tuple[str, int]], *, ports: Iterable[int] | None = None) -> None:
    """Restrict to these paths, and to these TCP ports if given. Missing paths are ignored."""
    version = abi()
    files = next(_ALL[known] for known in sorted(_ALL, reverse=True) if known <= version)
    network = _BIND_TCP | _CONNECT_TCP if ports is not None and version >= PORTS else 0
    descriptor = _ruleset(version, files, network & _CONNECT_TCP)
    for path, allowed in rules:
        _allow(descriptor, path, allowed & files)
    for port in ports or ():
        rule = _NetPort(_CONNECT_TCP, port)
        kernel.call(kernel.LANDLOCK_ADD_RULE, descriptor, _PORT, rule, 0)
    _enforce(descriptor)


def scope() -> None:
    """Keep signals and abstract sockets from reaching processes outside, including ancestors."""
    _enforce(_ruleset(abi(), 0, 0))


def _ruleset(version: int, files: int, network: int) -> int:
    scoped = _ABSTRACT_SOCKETS | _SIGNALS if version >= SCOPES else 0
    wanted = _Ruleset(files, network, scoped)
    size = 24 if version >= SCOPES else 16 if version >= PORTS else 8
    return kernel.call(kernel.LANDLOCK_CREATE_RULESET, wanted, size, 0)


def _allow(descriptor: int, path: str, allowed: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            allowed &= _OF_FILES
        kernel.call(kernel.LANDLOCK_ADD_RULE, descriptor, _PATH_BENEATH, _PathBeneath(allowed, opened), 0)
    finally:
        os.close(opened)


def _enforce(descriptor: int) -> None:
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.call(kernel.LANDLOCK_RESTRICT_SELF, descriptor, 0)
    os.close(descriptor)

"""Run a program (`WORDS…`) to which the kernel refuses new namespaces, as container engines do."""

from __future__ import annotations

import ctypes
import os
import sys

NUMBER, MACHINE = {"x86_64": (272, 0xC000003E), "aarch64": (97, 0xC00000B7)}[os.uname().machine]
LOAD, EQUAL, RETURN, ALLOW, EPERM = 0x20, 0x15, 0x06, 0x7FFF0000, 0x50001


class Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("yes", ctypes.c_uint8),
        ("no", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(Step)))


steps = [Step(LOAD, 0, 0, 0), Step(EQUAL, 0, 1, NUMBER), Step(RETURN, 0, 0, EPERM), Step(RETURN, 0, 0, ALLOW)]
program = Program(len(steps), (Step * len(steps))(*steps))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0
os.execvp(sys.argv[1], sys.argv[1:])

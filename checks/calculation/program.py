"""The child process: reads requests one after the other, calls their functions, and responds.

It has an empty environment, no descriptors but its two pipes, and none of the bot's memory.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import math
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from checks.calculation import frame
from checks.calculation.function import Function
from checks.outcome import CheckError

_MOST_DESCRIPTORS = 32
_BLOATED = 96 << 20  # bytes of memory above which a child is not reused
_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE, _SET_NO_NEW_PRIVILEGES = 1, 4, 38  # of prctl(2)


def main(memory: int) -> None:
    """Runs until the request pipe is closed. `memory`: bytes of address space."""
    functions = {function: _load(function) for function in Function}
    _restrict(memory)
    with os.fdopen(0, "rb") as requests, os.fdopen(1, "wb") as answers:
        while found := frame.read_request(requests):
            head, blobs = found
            _allow(head["seconds"])
            said = _answer(functions[Function(head["function"])], head["given"], blobs)
            deque(blobs, maxlen=0)  # unread blobs: the parent first sends everything, then reads
            answers.writelines(frame.headed(frame.json_of({**said, "tired": _is_tired()})))
            answers.flush()


def _load(function: Function) -> Callable[..., Any]:
    module, _, name = function.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return loaded


def _answer(
    function: Callable[..., Any], given: Mapping[str, Any], blobs: Iterator[bytes]
) -> Mapping[str, Any]:
    try:
        return {"result": function(given, blobs)}
    except CheckError as error:
        return {
            "error": {
                "message": str(error),
                "cause": error.cause,
                "hint": error.hint,
                "detail": list(error.detail),
            }
        }
    except MemoryError:
        return {"memory": True}


def _restrict(memory: int) -> None:
    """Called after all imports, before untrusted data arrives."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _MOST_DESCRIPTORS),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every platform knows every limit
            resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        prctl(_SET_DUMPABLE, 0)
        prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _allow(seconds: float) -> None:
    """Limits CPU time for the next request, so that it ends even if the parent is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _is_tired() -> bool:
    """Whether it holds much memory, which only its end frees."""
    return _memory() > _BLOATED


def _memory() -> int:
    """Bytes of memory in use. Linux's maximum resident size includes that of the parent process, so it is
    useless here.
    """
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  pathlib is slow to import
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return largest if sys.platform == "darwin" else largest << 10

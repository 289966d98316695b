"""PostgreSQL's own parser, libpg_query, which comes with the package postgast: a text in, its tree as JSON
out.

It is called directly. The package's own interface reads trees through protobuf, which takes 50 ms and 13 MB
to import, and each `canary check` would pay for that.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from functools import cache
from pathlib import Path

_NAMES = {"linux": "libpg_query.so", "darwin": "libpg_query.dylib", "win32": "pg_query.dll"}


class SyntaxProblem(Exception):
    """PostgreSQL's message about a text that is not a valid statement."""


class _Error(ctypes.Structure):
    _fields_ = (
        ("message", ctypes.c_char_p),
        ("funcname", ctypes.c_char_p),
        ("filename", ctypes.c_char_p),
        ("lineno", ctypes.c_int),
        ("cursorpos", ctypes.c_int),
        ("context", ctypes.c_char_p),
    )


class _Result(ctypes.Structure):
    _fields_ = (
        ("parse_tree", ctypes.c_char_p),
        ("stderr_buffer", ctypes.c_char_p),
        ("error", ctypes.POINTER(_Error)),
    )


def tree_in_json(text: str) -> bytes:
    """`{"version": …, "stmts": [{"stmt": …}]}`; positions in it count bytes. Raises SyntaxProblem."""
    library = _library()
    result = library.pg_query_parse(text.encode())
    try:
        if result.error:
            raise SyntaxProblem((result.error.contents.message or b"").decode("utf-8", "replace"))
        return bytes(result.parse_tree)
    finally:
        library.pg_query_free_parse_result(result)


@cache
def _library() -> ctypes.CDLL:
    found = importlib.util.find_spec("postgast")  # without importing it
    assert found
    assert found.origin
    library = ctypes.CDLL(str(Path(found.origin).with_name(_NAMES[sys.platform])))
    library.pg_query_parse.argtypes = [ctypes.c_char_p]
    library.pg_query_parse.restype = _Result
    library.pg_query_free_parse_result.argtypes = [_Result]
    return library

"""Which server an error is about, whichever library raised it: it fails for a while, and that is no bug."""

from __future__ import annotations

import socket

# the libraries that raise errors about a server, and how that server is called
_LIBRARIES = {"aiohttp": "a server", "redis": "Redis", "slack_sdk": "Slack"}
_NETWORK = (
    ConnectionAbortedError,
    ConnectionRefusedError,
    ConnectionResetError,
    TimeoutError,
    socket.gaierror,
)


def failed_server(error: BaseException) -> str:
    """Returns what to call it, or "" if the error is about something else."""
    if _is_of_database(error):
        return "the database"
    libraries = (each.__module__.partition(".")[0] for each in type(error).__mro__)
    found = next((_LIBRARIES[library] for library in libraries if library in _LIBRARIES), "")
    return found or ("a server" if isinstance(error, _NETWORK) else "")


def _is_of_database(error: BaseException) -> bool:
    from bot.store.failure import driver_error, may_pass  # not needed unless something failed

    found = driver_error(error)
    return found is not None and may_pass(found)

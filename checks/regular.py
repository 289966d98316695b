"""Opens regular files only. A pipe in place of one would be waited for, and a device never ends."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_NEVER_WAITING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class NotRegularError(OSError):
    """It is a folder, a pipe, a socket or a device."""


def open_regular(path: Path) -> BinaryIO:
    """Follows links. Raises NotRegularError, and OSError as usual."""
    descriptor = os.open(path, _NEVER_WAITING)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegularError(errno.EINVAL, "it is not a regular file")  # noqa: TRY301
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise

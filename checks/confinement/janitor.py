"""Removes what a program left in its private folder, however deep, inaccessible and numerous, and never
anything else.
"""

from __future__ import annotations

import os
import stat

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(folder: str) -> None:
    """With one descriptor and little memory, for as long as it takes. Links are removed, not followed."""
    try:
        os.chdir(os.path.dirname(folder))
        _remove_here(os.path.basename(folder))
    except OSError:
        return


def _remove_here(name: str) -> None:
    """Below the current folder, without recursion: a program may nest deeper than any stack."""
    above: list[
        tuple[os.stat_result, str, list[str]]
    ] = []  # a folder, the name of its subfolder, its remaining entries
    left = [name]
    while True:
        while left:
            one = left.pop()
            if not _removed(one):
                above.append((os.stat("."), one, left))
                _enter(one)
                left = os.listdir(".")
        if not above:
            return
        parent, inner, left = above.pop()
        os.chdir("..")
        if not os.path.samestat(parent, os.stat(".")):
            return  # it was moved in the meantime, so the current location is unknown
        os.rmdir(inner)


def _removed(name: str) -> bool:
    """Whether it is removed; False for a folder that is not empty."""
    if not stat.S_ISDIR(os.lstat(name).st_mode):
        os.unlink(name)
        return True
    try:
        os.rmdir(name)
    except OSError:
        return False
    return True


def _enter(name: str) -> None:
    """Raises OSError if it is no longer a folder."""
    try:
        opened = os.open(name, _FOLDER)
    except PermissionError:
        os.chmod(name, 0o700)
        opened = os.open(name, _FOLDER)
    try:
        os.fchmod(opened, 0o700)
        os.fchdir(opened)
    finally:
        os.close(opened)

"""Removes what a program left in its private folder: deep, closed and numerous as it may be, and never anything else."""

from __future__ import annotations

import os
import stat

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(folder: str) -> None:
    """In one descriptor and little memory, for as long as it takes. Links are removed, not followed."""
    try:
        os.chdir(os.path.dirname(folder))
        _remove_here(os.path.basename(folder))
    except OSError:
        return


def _remove_here(name: str) -> None:
    """Below the current folder, without recursion: a program may nest deeper than any stack."""
    above: list[
        tuple[os.stat_result, str, list[str]]
    ] = []  # a folder, the name of the one in it, what is left of it
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
            return  # it was moved meanwhile: nobody knows where we are
        os.rmdir(inner)


def _removed(name: str) -> bool:
    """Whether that was all; False: a folder with something in it."""
    if not stat.S_ISDIR(os.lstat(name).st_mode):
        os.unlink(name)
        return True
    try:
        os.rmdir(name)
    except OSError:
        return False
    return True


def _enter(name: str) -> None:
    """OSError where it is no folder any more."""
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

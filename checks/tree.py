"""The state of a working tree according to git: its commit, its branch, and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.numbers import Scalar
from checks.output import plain

_COMMIT, _BRANCH = b"# branch.oid ", b"# branch.head "
_MOST_NAMED = 5
_LONGEST = 200  # characters of a name
_SHORT = 7
_FIELDS = {b"1": 8, b"u": 10, b"2": 9, b"?": 1, b"!": 1}  # number of fields before the path, by kind of line


@dataclass(frozen=True)
class Tree:
    """`commit` None: git cannot tell. `changed` names the first changed files, `count` is the total."""

    commit: str | None = None
    branch: str = ""
    changed: tuple[str, ...] = ()
    count: int | None = None

    @classmethod
    def of(cls, status: bytes, lines: int) -> Tree:
        """Parses `git status --porcelain=v2 --branch`; `status` may be truncated, so its number of lines is
        given, too.
        """
        read = status.splitlines()
        if not read or not read[0].startswith(_COMMIT):
            return cls()
        headers = [line for line in read if line.startswith(b"#")]
        commit = _text(read[0].removeprefix(_COMMIT))
        branch = next((_text(line.removeprefix(_BRANCH)) for line in headers if line.startswith(_BRANCH)), "")
        changed = [line for line in read if not line.startswith(b"#")]
        return cls(
            commit=None if commit == "(initial)" else commit,
            branch="" if branch == "(detached)" else branch,
            changed=tuple(_path(line) for line in changed[:_MOST_NAMED]),
            count=max(len(changed), lines - len(headers)),
        )

    @property
    def is_dirty(self) -> bool | None:
        return None if self.count is None else self.count > 0

    @property
    def is_clean(self) -> bool:
        """Whether git knows a commit from which no file differs."""
        return self.commit is not None and self.is_dirty is False

    @property
    def context(self) -> Mapping[str, Scalar]:
        """For the record. Without names if nothing has changed."""
        named = {"changed": self.named} if self.changed else {}
        where = {"branch": self.branch} if self.branch else {}
        counted = {"dirty_files": self.count} if self.count is not None else {}
        return {"commit": self.commit, "dirty": self.is_dirty, **where, **counted, **named}

    @property
    def named(self) -> str:
        """The first changed files, for people."""
        more = (self.count or 0) - len(self.changed)
        return ", ".join([*self.changed, *([f"and {more:,} more"] if more > 0 else [])])

    def is_at(self, commit: str) -> bool:
        """Whether it is at that commit, which may be abbreviated."""
        return bool(self.commit) and str(self.commit).startswith(commit.strip().lower())

    def moved_to(self, later: Tree) -> str:
        """From which commit to which it has moved, in words; "" if it has not."""
        if self.commit == later.commit:
            return ""
        return f"from {_short(self.commit)} to {_short(later.commit)}"


def abbreviated(commit: str) -> str:
    """As git shows it."""
    return commit[:_SHORT]


def _short(commit: str | None) -> str:
    return abbreviated(commit) if commit else "a commit that git cannot tell"


def _path(line: bytes) -> str:
    """The path in a line about a change; for a rename, the new name."""
    fields = line.split(b" ", _FIELDS.get(line[:1], 1))
    return _text(fields[-1].partition(b"\t")[0])


def _text(raw: bytes) -> str:
    return plain(raw.decode("utf-8", "replace"))[:_LONGEST]

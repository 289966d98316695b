"""Suggestions for unknown names, for error messages."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str:
    """The known name most similar to the word, or ""."""
    import difflib  # only if something is wrong

    return next(iter(difflib.get_close_matches(word, sorted(known), n=1)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence: "; did you mean 'count'?", or "" if no known name is similar."""
    near = closest(word, known)
    return f"; did you mean {near!r}?" if near else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """A separate sentence: " Did you mean “status”?", or "" if no known name is similar."""
    near = closest(word, known)
    return f" Did you mean “{near}”?" if near else ""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """ "there is no reading 'cuont'; known: count, status; did you mean 'count'?" """
    names = sorted(known)
    return f"no {what} is called {name!r}, expected one of {', '.join(names)}{did_you_mean(name, names)}"

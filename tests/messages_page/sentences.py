"""Answers, errors and log lines, collected from the source code, with `{…}` for inserted values."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "checks", "commands")

ANSWERS = frozenset({"Refused", "Misused", "Mistyped", "Busy"})
ERRORS = frozenset(
    {
        "CanaryError",
        "CheckError",
        "EmbeddedError",
        "Misconfigured",
        "PlanError",
        "PlanProblem",
        "ReportError",
        "RoleError",
        "SettingsError",
        "Unavailable",
        "Unreadable",
        "stop",
    }
)
PROBLEMS = frozenset({"ValueError"})
LOGGED = frozenset({"info", "warning", "error", "exception"})
HINTS = ("hint", "next")
NEXT = {  # from `bot.base.next_step`, as Slack and the shell word it
    "list_runs": "`/canary status`",
    "show": "`/canary show #{run}`",
    "cancel": "`/canary cancel #{run} <reason>`",
    "start": "`/canary run {environment}`",
    "list_messages": "`canary outbox list`",
}


@dataclass(frozen=True, order=True)
class Sentence:
    module: str
    line: int
    text: str
    hint: str = ""


def collected(names: frozenset[str], *, of: str | None = None) -> Iterator[Sentence]:
    """The texts passed to functions with these names; `of` is the variable whose methods they are."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            module = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and _calls(call, names, of) and (text := _first_text(call)):
                    yield Sentence(module, call.lineno, text, _hint(call))


def _calls(call: ast.Call, names: frozenset[str], of: str | None) -> bool:
    match call.func:
        case ast.Name(id=name):
            return of is None and name in names
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return owner == of and name in names
    return False


def _first_text(call: ast.Call) -> str:
    texts = (text for each in call.args if (text := text_of(each)))
    return next(texts, "")


def _hint(call: ast.Call) -> str:
    """The call's hint and, for a refusal, the command that it suggests and whether it names whom to ask."""
    given = {each.arg: each.value for each in call.keywords}
    said = [text for name in HINTS if name in given and (text := text_of(given[name]))]
    said += [NEXT[step.attr] for step in ast.walk(given["then"]) if _is_next(step)] if "then" in given else []
    said += ["Ask {people}."] if "people" in given else []
    return " ".join(said)


def _is_next(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Next"


def text_of(node: ast.expr) -> str:
    """The text of a literal, with `{…}` for inserted values, or "" for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                text_of(part) if isinstance(part, ast.Constant) else _filled(part) for part in parts
            )
        case ast.IfExp(body=one, orelse=other):
            return " / ".join(filter(None, (text_of(one), text_of(other))))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return text_of(left) + text_of(right)
    return ""


def _filled(part: ast.expr) -> str:
    """`{run}` for `{run.number}`: the word that tells what it is."""
    assert isinstance(part, ast.FormattedValue)
    names = [
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(part.value)
        if isinstance(node, ast.Attribute | ast.Name)
    ]
    return f"{{{names[0] if names else '…'}}}"


def table(sentences: Iterable[Sentence], *, hints: bool = True) -> Iterator[str]:
    """A table with each text once per module, in the order of its lines; `hints` adds a column for the next step."""
    yield "| where | what it says | next step |" if hints else "| where | what it says |"
    yield "|---|---|---|" if hints else "|---|---|"
    for module, text, hint in dict.fromkeys(
        (each.module, each.text, each.hint) for each in sorted(sentences)
    ):
        cells = [text, hint] if hints else [" · ".join(filter(None, [text, hint]))]
        yield f"| `{module}` | {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")

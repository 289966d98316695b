"""Whether the names in canary.yaml lead somewhere, and what they lead to can do what is asked.

Asked of the plain data as far as can be, rather than of the model, so that one misspelt key does not hide an unknown owner
elsewhere: what has the wrong shape is passed over here, and reported by the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, TypeAlias

from bot.plan import template
from bot.plan.argument import Argument
from bot.plan.model import MOST_ROLES, Plan
from bot.plan.problems import Path, nearest
from checks.kinds import KINDS, SOURCES

Found: TypeAlias = Iterator[tuple[Path, str]]


def dangling(data: Mapping[str, Any]) -> Found:
    """(path, what is wrong there) for every name that does not lead to what it should."""
    people, sources = _mapping(data, "people"), _mapping(data, "sources")
    for name, environment in _mapping(data, "environments").items():
        at = ("environments", name)
        yield from _in_checks(environment, at, people, sources)
        yield from _in_decide(environment, at, people)
        yield from _in_rollback(environment, at, people)
        yield from _in_watch(environment, at, people)


def undeclared(plan: Plan) -> Found:
    """(path, what is wrong there) for every check that needs an argument which a run may come without."""
    for name, environment in plan.environments.items():
        for check_name, check in environment.checks.items():
            path = ("environments", name, "checks", check_name)
            for argument in sorted(check.needs()):
                if problem := _lacking(argument, environment.arguments):
                    yield path, problem


def _lacking(name: str, declared: Mapping[str, Argument]) -> str:
    if name not in declared:
        return f"expected the argument {name!r} to be declared under arguments{nearest(name, declared)}"
    if declared[name].required or declared[name].default is not None:
        return ""
    return f"expected the argument {name!r} to be required or to have a default: this check needs it"


def _in_checks(environment: Any, at: Path, people: Mapping[str, Any], sources: Mapping[str, Any]) -> Found:
    checks = _mapping(environment, "checks")
    for name, check in checks.items():
        here = (*at, "checks", name)
        yield from _unknown(check, "owner", here, people, "a group under people")
        yield from _unknown(check, "fallback", here, checks, "another check of this environment")
        yield from _source(check, here, sources)
    yield from _circles(checks, (*at, "checks"))


def _source(check: Any, at: Path, sources: Mapping[str, Any]) -> Found:
    kind = KINDS.get(_text(check, "kind"))
    if kind is None:
        return
    at, wanted, named = (*at, "source"), kind.source_kind, _text(check, "source")
    fitting = [name for name, source in sources.items() if _text(source, "kind") == wanted]
    if wanted is None:
        if named:
            yield at, f"expected no source: {_text(check, 'kind')} needs none"
    elif not named:
        yield at, f"missing; expected the name of a {wanted} source{nearest('', fitting)}"
    elif named not in sources:
        yield at, f"expected the name of a {wanted} source, not {named!r}{nearest(named, fitting)}"
    elif (given := _text(sources[named], "kind")) in SOURCES and given != wanted:
        yield at, f"expected a {wanted} source, and {named!r} is of kind {given!r}{nearest(named, fitting)}"


def _circles(checks: Mapping[str, Any], at: Path) -> Found:
    """Each circle of fallbacks once, at its first check."""
    reported: set[str] = set()
    for start in checks:
        chain = [start]
        while (following := _text(checks.get(chain[-1]), "fallback")) and following not in chain:
            chain.append(following)
        if following == start and start not in reported:
            reported.update(chain)
            yield (*at, start, "fallback"), f"expected no circle of fallbacks: {' → '.join([*chain, start])}"


def _in_decide(environment: Any, at: Path, people: Mapping[str, Any]) -> Found:
    at = (*at, "decide", "approve")
    required = _mapping(_mapping(environment, "decide"), "approve")
    for role in required:
        if role not in people:
            yield (*at, role), f"expected a group under people, not {role!r}{nearest(role, people)}"
    users = {role: members for role in required if (members := _users(people.get(role))) is not None}
    places = {role: count for role, count in required.items() if role in users and _is_count(count)}
    if len(places) > MOST_ROLES:
        return
    for size in range(1, len(places) + 1):
        for roles in combinations(places, size):
            between = set().union(*(users[role] for role in roles))
            if len(between) < (needed := sum(places[role] for role in roles)):
                path = (*at, *roles) if size == 1 else at
                yield (
                    path,
                    f"{needed} different people of {' and '.join(roles)} cannot approve: there are {len(between)}",
                )
                return


def _in_rollback(environment: Any, at: Path, people: Mapping[str, Any]) -> Found:
    at = (*at, "rollback")
    rollback = _mapping(environment, "rollback")
    yield from _unknown(rollback, "on_call", at, people, "a group under people")
    yield from _unfilled(rollback, "mitigation", at, environment)
    steps = rollback.get("steps")
    for position, step in enumerate(steps if isinstance(steps, list) else []):
        yield from _unfilled({position: step}, position, (*at, "steps"), environment)


def _in_watch(environment: Any, at: Path, people: Mapping[str, Any]) -> Found:
    at, checks = (*at, "watch"), _mapping(environment, "checks")
    watch = _mapping(environment, "watch")
    for name, trigger in _mapping(watch, "triggers").items():
        here = (*at, "triggers", name)
        yield from _unknown(trigger, "check", here, checks, "a check of this environment")
        yield from _unfilled(trigger, "prompt", here, environment)
    checklist = watch.get("checklist")
    for position, item in enumerate(checklist if isinstance(checklist, list) else []):
        yield from _unknown(item, "owner", (*at, "checklist", position), people, "a group under people")


def _unknown(holder: Any, key: str, at: Path, known: Mapping[str, Any], expected: str) -> Found:
    name = _text(holder, key)
    if name and known and name not in known:
        yield (*at, key), f"expected {expected}, not {name!r}{nearest(name, known)}"


def _unfilled(holder: Any, key: str | int, at: Path, environment: Any) -> Found:
    known = template.known(_mapping(environment, "arguments"))
    for name in template.names_in(_text(holder, key)):
        if name not in known:
            yield (*at, key), f"expected a value that the run has, not {{{{{name}}}}}{nearest(name, known)}"


def _users(group: Any) -> frozenset[str] | None:
    """The user ids of a group; None where they cannot be known here: a user group, or a wrong shape."""
    members = group.get("members") if isinstance(group, dict) else None
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        return None
    return None if any(member.startswith("S") for member in members) else frozenset(members)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mapping(holder: Any, key: str) -> Mapping[str, Any]:
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, dict) else {}


def _text(holder: Any, key: str | int) -> str:
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, str) else ""

"""Whether the names in canary.yaml refer to something that exists, and is of the right kind.

Checked on the plain data where possible, not on the model, so that one misspelled key does not hide an unknown owner
elsewhere. Data of the wrong shape is skipped here, and reported by the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from bot.plan.document import mapping
from bot.plan.member import named_users
from bot.plan.model import MOST_ROLES
from bot.plan.problems import Path, nearest
from bot.plan.staffing import short_of
from checks.kinds import ACTIONS, KINDS, SOURCES

Found: TypeAlias = Iterator[tuple[Path, str]]


def dangling(data: Mapping[str, Any]) -> Found:
    """Yields (path, what is wrong there) for every bad reference."""
    people, sources = mapping(data, "people"), mapping(data, "sources")
    for name, environment in mapping(data, "environments").items():
        at = ("environments", name)
        yield from _in_start(environment, at, people)
        yield from _in_checks(environment, at, people, sources)
        yield from _in_tree(environment, at)
        yield from _in_decide(environment, at, people)
        rollback = mapping(environment, "rollback")
        yield from _unknown(rollback, "on_call", (*at, "rollback"), people, "a group under people")
        escalate = mapping(rollback, "escalate")
        yield from _unknown(escalate, "to", (*at, "rollback", "escalate"), people, "a group under people")
        yield from _in_watch(environment, at, people)
        yield from _in_actions(environment, at, people, sources)
        yield from _in_conditions(environment, at, people)


def _in_start(environment: Any, at: Path, people: Mapping[str, Any]) -> Found:
    groups = environment.get("start") if isinstance(environment, Mapping) else None
    for position, group in enumerate(groups if isinstance(groups, list) else []):
        if isinstance(group, str) and people and group not in people:
            yield (
                (*at, "start", position),
                f"expected a group under people, not {group!r}{nearest(group, people)}",
            )


def _in_checks(environment: Any, at: Path, people: Mapping[str, Any], sources: Mapping[str, Any]) -> Found:
    checks = mapping(environment, "checks")
    for name, check in checks.items():
        here = (*at, "checks", name)
        yield from _unknown(check, "owner", here, people, "a group under people")
        yield from _unknown(check, "fallback", here, checks, "another check of this environment")
        yield from _source(check, here, sources)
    yield from _cycles(checks, (*at, "checks"))


def _in_tree(environment: Any, at: Path) -> Found:
    if _text(environment, "tree") != "clean":
        return
    checks = mapping(environment, "checks").values()
    kinds = [KINDS.get(_text(check, "kind")) for check in checks]
    if all(kind is not None and not kind.tests_tree for kind in kinds):
        testing = " or ".join(kind for kind in KINDS.own if KINDS[kind].tests_tree)
        yield (*at, "tree"), f"no check here tests a tree that could be clean; expected one of kind {testing}"


def _source(check: Any, at: Path, sources: Mapping[str, Any]) -> Found:
    kind = KINDS.get(_text(check, "kind"))
    if kind is None:
        return
    kinds = (kind.source_kind,) if isinstance(kind.source_kind, str) else kind.source_kind or ()
    at, wanted, named = (*at, "source"), " or ".join(kinds), _text(check, "source")
    fitting = [name for name, source in sources.items() if _text(source, "kind") in kinds]
    if kind.source_for and not any(check.get(key) for key in kind.source_for):
        if named:
            yield at, f"expected no source without {' or '.join(kind.source_for)}"
        return
    if not wanted:
        if named:
            yield at, f"expected no source: {_text(check, 'kind')} needs none"
    elif not named:
        yield at, f"missing; expected the name of a source of kind {wanted}{nearest('', fitting)}"
    elif named not in sources:
        yield at, f"expected the name of a source of kind {wanted}, not {named!r}{nearest(named, fitting)}"
    elif (given := _text(sources[named], "kind")) in SOURCES and given not in kinds:
        yield (
            at,
            f"expected a source of kind {wanted}, but {named!r} is of kind {given!r}{nearest(named, fitting)}",
        )


def _cycles(checks: Mapping[str, Any], at: Path) -> Found:
    """Each cycle of fallbacks once, at its first check."""
    reported: set[str] = set()
    for start in checks:
        chain = [start]
        while (following := _text(checks.get(chain[-1]), "fallback")) and following not in chain:
            chain.append(following)
        if following == start and start not in reported:
            reported.update(chain)
            yield (*at, start, "fallback"), f"expected no cycle of fallbacks: {' → '.join([*chain, start])}"


def _in_decide(environment: Any, at: Path, people: Mapping[str, Any]) -> Found:
    decide, checks = mapping(environment, "decide"), mapping(environment, "checks")
    yield from _unknown(
        mapping(decide, "author"), "check", (*at, "decide", "author"), checks, "a check of this environment"
    )
    yield from _understaffed(mapping(decide, "approve"), (*at, "decide", "approve"), people, "approve")


def _understaffed(required: Mapping[str, Any], at: Path, people: Mapping[str, Any], to: str) -> Found:
    for role in required:
        if role not in people:
            yield (*at, role), f"expected a group under people, not {role!r}{nearest(role, people)}"
    users = {role: members for role in required if (members := _users(people.get(role))) is not None}
    places = {role: count for role, count in required.items() if role in users and _is_count(count)}
    if len(places) > MOST_ROLES:
        return
    if roles := short_of(users, places):
        needed = sum(places[role] for role in roles)
        there = len(set().union(*(users[role] for role in roles)))
        yield (
            (*at, *roles) if len(roles) == 1 else at,
            f"{needed} different people in {' and '.join(roles)} are needed to {to}, but there are {there}",
        )


def _in_conditions(environment: Any, at: Path, people: Mapping[str, Any]) -> Found:
    checks, actions = mapping(environment, "checks"), mapping(environment, "actions")
    for name, template in mapping(mapping(environment, "decide"), "conditions").items():
        here = (*at, "decide", "conditions", name)
        yield from _unknown(template, "check", here, checks, "a check of this environment")
        yield from _unknown(template, "owner", here, people, "a group under people")
        holds = template.get("holds") if isinstance(template, Mapping) else None
        for position, action in enumerate(holds if isinstance(holds, list) and actions else []):
            if isinstance(action, str) and action not in actions:
                expected = f"expected an action of this environment, not {action!r}"
                yield (*here, "holds", position), f"{expected}{nearest(action, actions)}"


def _in_watch(environment: Any, at: Path, people: Mapping[str, Any]) -> Found:
    at, checks = (*at, "watch"), mapping(environment, "checks")
    watch = mapping(environment, "watch")
    for name, trigger in mapping(watch, "triggers").items():
        here = (*at, "triggers", name)
        yield from _unknown(trigger, "check", here, checks, "a check of this environment")
    checklist = watch.get("checklist")
    for position, item in enumerate(checklist if isinstance(checklist, list) else []):
        yield from _unknown(item, "owner", (*at, "checklist", position), people, "a group under people")


def _in_actions(environment: Any, at: Path, people: Mapping[str, Any], sources: Mapping[str, Any]) -> Found:
    checks = mapping(environment, "checks")
    for name, action in mapping(environment, "actions").items():
        here = (*at, "actions", name)
        yield from _unknown(action, "covers", here, checks, "a check of this environment")
        yield from _understaffed(mapping(action, "allow"), (*here, "allow"), people, "confirm it")
        if (kind := ACTIONS.get(_text(action, "kind"))) is None:
            continue
        wanted, named = kind.source_kind, _text(action, "source")
        fitting = [name for name, source in sources.items() if _text(source, "kind") == wanted]
        if named not in fitting and named:
            given = (
                f", but {named!r} is of kind {_text(sources[named], 'kind')!r}"
                if named in sources
                else f", not {named!r}"
            )
            yield (*here, "source"), f"expected a source of kind {wanted}{given}{nearest(named, fitting)}"
        if wanted == "postgres.writer" and named in fitting:
            yield from _measured_at(_text(sources[named], "dsn"), (*here, "source"), sources)


def _measured_at(dsn: str, at: Path, sources: Mapping[str, Any]) -> Found:
    """Measuring roles must not be able to write, so actions need a different one."""
    for name, source in sources.items():
        if _text(source, "kind") == "postgres" and _text(source, "dsn") == dsn:
            problem = f"expected another dsn than that of {name}, where checks measure: an action needs a role of its own"
            yield at, problem


def _unknown(holder: Any, key: str, at: Path, known: Mapping[str, Any], expected: str) -> Found:
    name = _text(holder, key)
    if name and known and name not in known:
        yield (*at, key), f"expected {expected}, not {name!r}{nearest(name, known)}"


def _users(group: Any) -> frozenset[str] | None:
    """The user ids of a group, or None if not known here: a user group, or data of the wrong shape."""
    members = group.get("members") if isinstance(group, dict) else None
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        return None
    return named_users(members)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(holder: Any, key: str | int) -> str:
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, str) else ""

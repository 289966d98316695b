"""The stored state of a history's runs in one snapshot, and its invariants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bot.record.events import EventKind
from bot.store.database import Connection, rows
from tests.contention.model import GO, Came, Decided, Run, World

_RUNS = """
SELECT to_jsonb(run) AS run,
    (SELECT jsonb_agg(jsonb_build_object('seq', seq, 'actor', actor, 'kind', kind, 'detail', detail::jsonb) ORDER BY seq)
     FROM event AS e WHERE e.run = number) AS events,
    (SELECT jsonb_object_agg(name, result ->> 'outcome') FROM check_run AS c
     WHERE c.run = number AND c.state = 'done') AS results,
    (SELECT jsonb_agg(to_jsonb(v) ORDER BY evidence, person) FROM vote AS v WHERE v.run = number) AS votes,
    (SELECT jsonb_agg(to_jsonb(w) ORDER BY evidence, "check") FROM waiver AS w WHERE w.run = number) AS waivers,
    (SELECT jsonb_agg(to_jsonb(d)) FROM decision AS d WHERE d.run = number) AS decisions,
    (SELECT jsonb_agg(to_jsonb(w)) FROM watch AS w WHERE w.run = number) AS watches,
    (SELECT jsonb_agg(by) FROM rollback AS r WHERE r.run = number) AS rollbacks,
    (SELECT count(*) FROM procrastinate_jobs AS job
     WHERE job.task_name = 'look' AND job.args ->> 'run' = number::text) AS looks
FROM run WHERE number = ANY (%(runs)s) ORDER BY number
"""

_INBOX = """
SELECT key, counted_at IS NOT NULL AS counted, refusal IS NOT NULL AS refused FROM inbox WHERE key = ANY (%(keys)s)
"""


@dataclass(frozen=True)
class Facts:
    """The stored state of one run."""

    run: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    results: Mapping[str, str]
    votes: Sequence[Mapping[str, Any]]
    waivers: Sequence[Mapping[str, Any]]
    decisions: Sequence[Mapping[str, Any]]
    watches: Sequence[Mapping[str, Any]]
    rollbacks: Sequence[str]  # by whom
    looks: int

    @property
    def decision(self) -> Mapping[str, Any]:
        (one,) = self.decisions
        return dict(one["document"])

    @property
    def refusals(self) -> int:
        return sum(event["kind"] == "refused" for event in self.events)

    @property
    def final(self) -> tuple[Any, ...]:
        """What never changes once the run is decided."""
        return self.run, self.votes, self.waivers, self.decisions, self.results

    def lines(self, after: int) -> list[tuple[str, str, str]]:
        """The log's lines after that many events, without roles, names and what had changed before, and without refusals, which are recorded later."""
        return [_line(event) for event in self.events[after:] if event["kind"] not in _ABOUT_OTHERS]


async def read(conn: Connection, runs: Sequence[int]) -> list[Facts]:
    return [
        Facts(**{name: value if value is not None else [] for name, value in found.items()})
        for found in await rows(conn, _RUNS, runs=list(runs))
    ]


async def read_inbox(conn: Connection, keys: Sequence[str]) -> Mapping[str, tuple[bool, bool]]:
    """Returns key -> (whether it is marked as applied, whether it was refused)."""
    return {
        found["key"]: (found["counted"], found["refused"])
        for found in await rows(conn, _INBOX, keys=list(keys))
    }


def _line(event: Mapping[str, Any]) -> tuple[str, str, str]:
    """The kind of event, its subject, and its content."""
    detail = {**event["detail"], "actor": event["actor"]}
    about, what = _SAYS.get(event["kind"], ("", ""))
    return event["kind"], detail.get(about, ""), detail.get(what, "")


_ABOUT_OTHERS = {
    "refused",
    EventKind.ROLES_RESOLVED,
    EventKind.PEOPLE_NAMED,
    EventKind.PREVIOUS_COMPARED,
}
_SAYS = {
    "run started": ("actor", "environment"),
    "check finished": ("check", "outcome"),
    "voted": ("actor", "choice"),
    "waived": ("actor", "check"),
    "vote withdrawn": ("actor", "choice"),
    "vote lapsed": ("person", ""),
    "waiver lapsed": ("person", "check"),
    "decided": ("outcome", ""),
    "watch ended": ("end", ""),
    "rolled back": ("actor", ""),
    "reminded": ("actor", ""),
}


def wrong(facts: Facts, run: Run) -> list[str]:
    """Check the invariants; yields a sentence for each violation."""
    problems = []

    def must(holds: bool, otherwise: str) -> None:
        if not holds:
            problems.append(f"run #{facts.run['number']}: {otherwise}")

    must(_written(facts) == _expected(run), f"{_written(facts)} is written, not {_expected(run)}")
    numbers = [event["seq"] for event in facts.events]
    must(numbers == list(range(1, len(numbers) + 1)), f"the log has gaps: {numbers}")
    kinds = Counter(event["kind"] for event in facts.events)
    must(kinds["decided"] == len(facts.decisions) == (run.decided is not None), "not one decision")
    for before, event in pairwise(facts.events):
        if event["kind"] in {"voted", "waived"}:
            told = before["kind"], before["actor"]
            must(
                told == (EventKind.ROLES_RESOLVED, event["actor"]),
                f"{event} does not follow who held which role",
            )
    must(kinds["evidence frozen"] == run.evidence, "evidence was frozen without a word")
    goes_on = run.decided is not None and run.decided.outcome in GO
    watched = 1 if goes_on and run.watch else 0
    must((len(facts.watches), facts.looks) == (watched, watched), "a watch begins once, after a go")
    must(
        list(facts.rollbacks) == ([run.rolled_back] if run.rolled_back else []), "a rollback is recorded once"
    )
    if run.decided:
        problems += _wrong_decision(facts, run, run.decided)
    return problems


def _written(facts: Facts) -> tuple[Any, ...]:
    evidence = facts.run["evidence"]
    votes = {vote["person"]: vote["choice"] for vote in facts.votes if vote["evidence"] == evidence}
    waivers = {each["check"]: each["person"] for each in facts.waivers if each["evidence"] == evidence}
    watches = [watch["state"] for watch in facts.watches]
    return facts.run["state"], dict(facts.results), votes, waivers, watches


def _expected(run: Run) -> tuple[Any, ...]:
    state = "closed" if run.decided else "deciding" if run.deciding else "checking"
    votes = {person: said.choice for person, said in run.votes.items()}
    waivers = {check: said.by for check, said in run.waivers.items()}
    return state, dict(run.results), votes, waivers, [run.watch] if run.watch else []


def _wrong_decision(facts: Facts, run: Run, decided: Decided) -> list[str]:
    decision = facts.decision
    votes = {vote["person"]: vote["choice"] for vote in decision["votes"]}
    rules = {
        "is not what was said": decision["outcome"] == decided.outcome,
        "rests on other votes": votes == dict(decided.votes) and len(votes) == len(decision["votes"]),
        "rests on other waivers": {each["check"]: each["person"] for each in decision["waivers"]}
        == dict(decided.waivers),
        "rests on other evidence": decision["evidence"] == facts.run["evidence"]
        and all(
            said["evidence"] == decision["evidence"] for said in (*decision["votes"], *decision["waivers"])
        ),
        "was made by a veto and is none": "No-go" not in votes.values() or decision["outcome"] == "NO-GO",
    }
    if decision["outcome"] in GO:
        seated = [person for people in decision["filled"].values() for person in people]
        rules |= {
            "counts somebody twice": len(set(seated)) == len(seated),
            "lacks a quorum": {role: len(people) for role, people in decision["filled"].items()}
            == dict(run.required),
            "counts somebody without the role": all(
                set(people) <= decided.holders[role] for role, people in decision["filled"].items()
            ),
            "counts who asked for it": not any(run.excludes(person) for person in votes),
            "counts somebody who did not say go": set(seated) <= votes.keys(),
            "goes over a check without a waiver": run.needs_waiver <= decided.waivers.keys(),
        }
    return [
        f"run #{facts.run['number']}: its decision {fault}" for fault, holds in rules.items() if not holds
    ]


def wrong_in_inbox(inbox: Mapping[str, tuple[bool, bool]], world: World) -> list[str]:
    """An interaction is marked as applied exactly when it has a result."""
    should = {key: (key in world.came, world.came.get(key) is Came.REFUSED) for key in inbox}
    return [
        f"{key} is {inbox[key]}, not {should[key]} (counted, refused)"
        for key in inbox
        if inbox[key] != should[key]
    ]

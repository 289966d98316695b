"""What a run still waits for, who can do it, and how each of them is reminded: by a direct message or a
mention.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.plan.member import is_user, is_user_group
from bot.rules.approval import Choice, involved
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.people import Electorate
from bot.rules.quorum import Filled, outstanding
from checks.reading import Record

MOST_OF_A_GROUP = 20  # members of a user group who each get a direct message; a larger group is mentioned


class Outstanding(Record):
    """Excludes people who have done their part, and those whose vote would not count."""

    missing: dict[str, int]  # group -> votes still needed
    votes: dict[str, tuple[str, ...]]  # the same groups -> who can cast one of them
    waivers: dict[str, tuple[str, ...]]  # check -> who can waive it
    owners: dict[str, str]  # of these checks

    @classmethod
    def of(cls, dossier: Dossier, asked: Asked) -> Outstanding:
        environment, tally = dossier.plan.environment, dossier.tally()
        excluded = involved(dossier.run, environment, dossier.made_by)
        owners = {check: environment.checks[check].owner for check in tally.waivers_missing}
        nobody = environment.decide.separate_duties and dossier.made_by.unknown  # can approve
        left = {} if nobody else _votes(dossier, asked, excluded)
        return cls(
            missing=tally.missing,
            votes={role: left.get(role, ()) for role in tally.missing},
            waivers={
                check: tuple(sorted(asked.people(owner) - excluded.keys())) for check, owner in owners.items()
            },
            owners=owners,
        )

    @property
    def people(self) -> frozenset[str]:
        """User ids, and members that could not be resolved."""
        return frozenset(person for people in self._by_role().values() for person in people)

    def asked_of(self, person: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the groups for which they can vote, and the checks that they can waive."""
        return (
            tuple(role for role, people in self.votes.items() if person in people),
            tuple(check for check, people in self.waivers.items() if person in people),
        )

    def direct(self, asked: Asked) -> tuple[str, ...]:
        """Returns who gets a direct message: one each, whatever they are asked for."""
        covered = self._covered(asked)
        found: dict[str, None] = {}
        for role, left in self._by_role().items():
            for member, people in asked.roles.get(role, {}).items():
                if people and not _goes_by_its_name(member, people):
                    found |= dict.fromkeys(person for person in people if person in left - covered)
        return tuple(person for person in found if is_user(person))

    def mentioned(self, role: str, left: Collection[str], asked: Asked, direct: Collection[str]) -> list[str]:
        """Returns mentions of a group's outstanding members who get no direct message."""
        others = set(left) - self._covered(asked) - set(direct)
        found: dict[str, None] = {}
        for member, people in asked.roles.get(role, {}).items():
            if _goes_by_its_name(member, people):
                found |= dict.fromkeys([member] if any(each in left for each in people or (member,)) else ())
            else:
                found |= dict.fromkeys(person for person in people or () if person in others)
        return list(found)

    def _covered(self, asked: Asked) -> frozenset[str]:
        """People mentioned through their user group."""
        return frozenset(
            person
            for role, left in self._by_role().items()
            for member, people in asked.roles.get(role, {}).items()
            if _goes_by_its_name(member, people) and left & set(people or ())
            for person in people or ()
        )

    def _by_role(self) -> dict[str, set[str]]:
        """Group -> its outstanding people, for a vote or a waiver."""
        found = {role: set(people) for role, people in self.votes.items()}
        for check, people in self.waivers.items():
            found.setdefault(self.owners[check], set()).update(people)
        return found


def _votes(dossier: Dossier, asked: Asked, excluded: Collection[str]) -> Filled:
    decide = dossier.plan.environment.decide
    voted = [vote for vote in dossier.votes if vote.choice is not Choice.NO_GO]
    roles = {role: asked.people(role) | frozenset(_voters(dossier, role)) for role in decide.approve}
    names, electorate = [vote.person for vote in voted], Electorate(roles=roles)
    return outstanding(names, decide.approve, electorate, excluded=excluded)


def _voters(dossier: Dossier, role: str) -> Iterator[str]:
    return (vote.person for vote in dossier.votes if vote.choice is not Choice.NO_GO and role in vote.roles)


def _goes_by_its_name(member: str, people: Collection[str] | None) -> bool:
    """Whether it is mentioned as a whole: it could not be resolved, or has too many members for direct
    messages.
    """
    return people is None or (is_user_group(member) and len(people) > MOST_OF_A_GROUP)

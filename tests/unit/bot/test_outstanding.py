"""Who is reminded and how: each person once, by direct message or by a mention, whatever they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.outstanding import MOST_OF_A_GROUP, Outstanding
from bot.rules.run import RunState
from bot.slack.messages.reminding import reminder
from bot.slack.messages.table import results_table
from bot.slack.text import mention
from tests.unit.bot.dossiers import dossier, plan

CROWD = tuple(f"U9{number:04}" for number in range(MOST_OF_A_GROUP + 1))


@pytest.fixture
def waiting(tmp_path: Path) -> Dossier:
    """A run without votes or waivers, in which every check has failed."""
    found = dossier(plan(tmp_path, 3, "Pin it"), "", RunState.DECIDING)
    return found.model_copy(update={"votes": (), "waivers": ()})


def asked(**roles: dict[str, tuple[str, ...] | None]) -> Asked:
    return Asked(roles={role.replace("_", "-"): members for role, members in roles.items()})


def told(waiting: Dossier, who: Asked) -> tuple[tuple[str, ...], list[str]]:
    """Returns (who gets a direct message, who is mentioned in the thread's line)."""
    left = Outstanding.of(waiting, who)
    direct = left.direct(who)
    text = reminder(waiting, who, direct=direct).text
    members = {member for role in who.roles.values() for member in role}
    people = members | {
        person for role in who.roles.values() for behind in role.values() for person in behind or ()
    }
    return direct, sorted(member for member in people if mention(member) in text)


def test_everybody_is_reminded_in_one_way(waiting: Dossier) -> None:
    who = asked(
        release_managers={"U01ANA": ("U01ANA",), "S0CROWD": CROWD, "S0UNKNOWN": None},
        platform={"S0PLATFORM": ("U02BEN", CROWD[0]), "U01ANA": ("U01ANA",), "U03RAJ": ("U03RAJ",)},
    )
    direct, mentioned = told(waiting, who)
    assert direct == ("U01ANA", "U02BEN")  # neither the requester, nor anyone mentioned with the crowd
    assert mentioned == ["S0CROWD", "S0UNKNOWN"]


def test_a_group_is_mentioned_only_if_it_is_too_large_for_direct_messages(waiting: Dossier) -> None:
    direct, mentioned = told(waiting, asked(release_managers={"S0CROWD": CROWD[1:]}, platform={}))
    assert direct == CROWD[1:]
    assert mentioned == []


def test_nobody_is_asked_for_an_approval_that_would_not_count(waiting: Dossier) -> None:
    left = Outstanding.of(waiting, asked(release_managers={"U03RAJ": ("U03RAJ",)}, platform={"S0EMPTY": ()}))
    assert left.people == frozenset()
    assert left.missing


def test_the_results_mention_an_owner_once_even_if_they_also_vote(waiting: Dossier) -> None:
    who = asked(release_managers={"U01ANA": ("U01ANA",)}, platform={"S0PLATFORM": ("U02BEN",)})
    blocks = str(results_table(waiting, who).blocks)
    for member in ("U01ANA", "S0PLATFORM"):
        assert blocks.count(mention(member)) == 1, blocks

"""Whom a message asks: resolved when it was decided to ask, and how each of them is mentioned."""

from __future__ import annotations

from bot.base.canonical import canonical
from bot.record.events import RollbackPrompted
from bot.rules.asked import Asked
from bot.rules.people import Electorate, Resolved
from bot.slack.messages.asking import some

ON_CALL = {"on-call": ["S0ONCALL", "U01ANA", "pagerduty:web"]}
RESOLVED = Resolved(
    people={
        "S0ONCALL": frozenset({"U03RAJ", "U02BEN"}),
        "U01ANA": frozenset({"U01ANA"}),
        "pagerduty:web": frozenset({"U04MIA"}),
    }
)


NOT_KNOWN = Electorate(roles={})


def of(holders: Electorate = NOT_KNOWN, resolved: Resolved = RESOLVED) -> Asked:
    return Asked.of(ON_CALL, resolved, holders)


def test_it_is_read_back_from_the_log_in_the_order_of_the_configuration() -> None:
    prompted = RollbackPrompted(trigger="t", reason="r", asked=of().only("on-call", "nobody"))
    read = RollbackPrompted.model_validate_json(canonical(prompted.stored()))
    assert Asked.logged(read.asked, ON_CALL) == of()
    assert list(Asked.logged(read.asked, ON_CALL).roles["on-call"]) == ON_CALL["on-call"]


def test_a_slack_group_is_mentioned_as_a_group_and_members_from_a_provider_one_by_one() -> None:
    asked = of()
    assert asked.people("on-call") == {"U01ANA", "U02BEN", "U03RAJ", "U04MIA"}
    everybody = asked.addressed("on-call", among=asked.people("on-call"))
    assert everybody == ("S0ONCALL", "U01ANA", "U04MIA")
    assert some(everybody) == "<!subteam^S0ONCALL>, <@U01ANA> or <@U04MIA>"
    assert asked.addressed("on-call", among=["U04MIA"]) == ("U04MIA",)
    assert asked.addressed("on-call", among=[]) == ()


def test_someone_who_no_longer_holds_the_role_is_not_asked() -> None:
    asked = of(Electorate(roles={"on-call": frozenset({"U01ANA"})}))
    assert asked.people("on-call") == {"U01ANA"}
    assert asked.addressed("on-call", among=asked.people("on-call")) == ("U01ANA",)


def test_an_unreadable_member_is_mentioned_itself() -> None:
    unreadable = Resolved(
        people=dict(RESOLVED.people) | {"S0ONCALL": frozenset()}, unreadable={"S0ONCALL": "no"}
    )
    asked = of(resolved=unreadable)
    assert asked.roles["on-call"]["S0ONCALL"] is None
    assert "S0ONCALL" in asked.addressed("on-call", among=asked.people("on-call"))


def test_an_event_of_an_older_version_asks_as_configured() -> None:
    asked = Asked.logged({}, ON_CALL)
    assert asked == Asked.as_configured(ON_CALL)
    assert asked.addressed("on-call", among=asked.people("on-call")) == tuple(ON_CALL["on-call"])

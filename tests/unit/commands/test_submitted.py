"""Submitted forms as other servers may send them: what is missing is asked for in the form, and values of other
types than Slack's are refused before they are stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.plan.load import load
from bot.rules.interaction import Interaction
from bot.rules.request import LONGEST_SAID
from bot.slack import condition_form
from bot.slack.forms import About, Answers, Form
from commands.slack.intake import Intake
from commands.slack.payload import MalformedError
from tests.unit.plan.plans import ENVIRON, SOUND

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = int((NOW + timedelta(days=1)).timestamp())
CONDITION: Mapping[str, Mapping[str, Any]] = {
    "condition": {"value": "the quota is raised"},
    "owner": {"selected_user": "U02BEN"},
    "due": {"selected_date_time": LATER},
    "check": {"selected_option": {"value": "-"}},
    "holds": {"selected_options": []},
}
WHY = "Say why, in a few words. It goes into the record."
WHAT = "Say what must become true, in a few words."
WHO = "Choose who owns the condition."
WHEN = "Choose a time in the future, within a year."
ABOUT = About(value="key sha256:1", channel="C0RELEASES").model_dump_json()
NUMBERED = About(value="7", channel="C0RELEASES").model_dump_json()


class Submit:
    """The bot's intake. `submit` returns what the form shows; `kept` is what was stored."""

    def __init__(self, folder: Path) -> None:
        path = folder / "canary.yaml"
        path.write_text(SOUND)
        self.kept: list[Interaction] = []
        self._intake = Intake(self._keep, self._now, load(path, ENVIRON))

    async def _keep(self, interaction: Interaction) -> None:
        self.kept.append(interaction)

    async def _now(self) -> datetime:
        return NOW

    async def __call__(self, form: object, state: object, *, about: str = ABOUT, **other: Any) -> Any:
        view = {"id": "V1", "hash": "1", "callback_id": form, "private_metadata": about, "state": state}
        view = {name: value for name, value in {**view, **other}.items() if value != "left out"}
        body = {"type": "view_submission", "user": {"id": "U01ANA"}, "team": {"id": "T0ACME"}, "view": view}
        ack = AsyncAck()
        await self._intake.view(ack, body)
        assert ack.response
        return json.loads(ack.response.body or "{}").get("errors", {})


@pytest.fixture
def submit(tmp_path: Path) -> Submit:
    return Submit(tmp_path)


def values(given: Mapping[str, object]) -> dict[str, Any]:
    return {"values": {name: {name: value} for name, value in given.items()}}


async def test_a_complete_form_is_stored(submit: Submit) -> None:
    assert await submit(Form.CONDITIONAL_GO, values(CONDITION)) == {}
    assert len(submit.kept) == 1


@pytest.mark.parametrize("empty", ["left out", None, {}, {"value": None, "selected_user": None}])
@pytest.mark.parametrize(("name", "says"), [("condition", WHAT), ("owner", WHO), ("due", WHEN)])
async def test_an_input_that_a_server_leaves_out_is_asked_for(
    submit: Submit, name: str, says: str, empty: object
) -> None:
    given = {**CONDITION, name: empty}
    given = {each: value for each, value in given.items() if value != "left out"}
    assert await submit(Form.CONDITIONAL_GO, values(given)) == {name: says}
    assert submit.kept == []


@pytest.mark.parametrize("state", ["left out", None, {}, {"values": None}, {"values": {}}])
@pytest.mark.parametrize(
    ("form", "about", "says"),
    [
        (Form.CONDITIONAL_GO, ABOUT, {"condition": WHAT, "owner": WHO, "due": WHEN}),
        (Form.NO_GO, ABOUT, {"reason": WHY}),
        (Form.WAIVE, ABOUT, {"check": "Choose which check.", "reason": WHY}),
        (Form.FALSE_ALARM, ABOUT, {"reason": WHY}),
        (Form.CANCEL, NUMBERED, {"reason": WHY}),
        (
            Form.ACTION_DONE,
            ABOUT,
            {"note": "Say how you know, in a few words. It goes into the record."},
        ),
        (
            Form.CONDITION_MET,
            ABOUT,
            {"statement": "Say how it became true, in a few words. It goes into the record."},
        ),
        (
            Form.CONDITION_LIFT,
            ABOUT,
            {"reason": "Say why it need not be met, in a few words. It goes into the record."},
        ),
        (Form.START, ABOUT, {"start_environment": "Choose an environment."}),
    ],
)
async def test_a_form_without_any_input_is_asked_for_all_of_them(
    submit: Submit, form: Form, about: str, says: dict[str, str], state: object
) -> None:
    assert await submit(form, state, about=about) == says
    assert submit.kept == []


async def test_what_optional_inputs_would_say_may_be_missing(submit: Submit) -> None:
    given = {name: CONDITION[name] for name in ("condition", "owner", "due")}
    assert await submit(Form.CONDITIONAL_GO, values(given)) == {}
    assert len(submit.kept) == 1


@pytest.mark.parametrize("seconds", [0, -62_135_596_800, 253_402_300_799, 253_402_300_800, 10**30, -(10**30)])
async def test_a_time_in_year_1_or_9999_or_beyond_is_no_time(submit: Submit, seconds: int) -> None:
    given = {**CONDITION, "due": {"selected_date_time": seconds}}
    assert await submit(Form.CONDITIONAL_GO, values(given)) == {"due": WHEN}


@pytest.mark.parametrize(
    "owner", ["C0RELEASES", "S0PLATFORM", "<!channel>", "U02BEN|<!here>", " ", "ana", "U"]
)
async def test_a_condition_is_owned_by_a_person(submit: Submit, owner: str) -> None:
    given = {**CONDITION, "owner": {"selected_user": owner}}
    assert await submit(Form.CONDITIONAL_GO, values(given)) == {"owner": WHO}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (Form.CONDITIONAL_GO, "condition"),
        (Form.NO_GO, "reason"),
        (Form.FALSE_ALARM, "reason"),
        (Form.ACTION_NOT_DONE, "note"),
        (Form.CONDITION_MET, "statement"),
        (Form.CONDITION_LIFT, "reason"),
    ],
)
async def test_a_text_longer_than_a_form_lets_people_type_is_refused(
    submit: Submit, form: Form, name: str
) -> None:
    given = {**CONDITION, name: {"value": "x" * (LONGEST_SAID + 1)}}
    assert await submit(form, values(given)) == {
        name: "That is 2,001 characters long; the limit is 2,000. Shorten it."
    }
    given = {**CONDITION, name: {"value": "x" * LONGEST_SAID}}
    assert await submit(form, values(given)) == {}


WRONG: tuple[tuple[str, object], ...] = (
    *((name, odd) for name in CONDITION for odd in ("x", 5, [], ["x"], True)),
    *(("condition", {"value": odd}) for odd in (5, ["a"], {"a": 1}, True)),
    *(("owner", {"selected_user": odd}) for odd in (5, ["U02BEN"], {"id": "U02BEN"})),
    *(("due", {"selected_date_time": odd}) for odd in ("2026-01-01", [1], {"a": 1}, 1.5, float("nan"), float("inf"))),
    *(("check", {"selected_option": odd}) for odd in ("x", [], {"value": 5}, {"value": ["x"]})),
    *(("holds", {"selected_options": odd}) for odd in ("x", {"value": "x"}, ["x"], [{"value": 5}], [5])),
)  # fmt: skip


@pytest.mark.parametrize(("name", "odd"), WRONG, ids=repr)
async def test_a_value_of_another_type_than_slacks_is_malformed(
    submit: Submit, name: str, odd: object
) -> None:
    with pytest.raises(MalformedError):
        await submit(Form.CONDITIONAL_GO, values({**CONDITION, name: odd}))
    assert submit.kept == []


@pytest.mark.parametrize("state", ["x", 5, [], ["x"], {"values": []}, {"values": "x"}], ids=repr)
async def test_a_state_of_another_type_is_malformed(submit: Submit, state: object) -> None:
    with pytest.raises(MalformedError):
        await submit(Form.NO_GO, state)


@pytest.mark.parametrize("odd", ["form_nope", "", "answer", "form_act", None, 5, ["form_no_go"]], ids=repr)
async def test_a_form_that_the_bot_does_not_have_is_malformed(submit: Submit, odd: object) -> None:
    with pytest.raises(MalformedError):
        await submit(odd, values({"reason": {"value": "x"}}))


@pytest.mark.parametrize("field", ["id", "hash"])
@pytest.mark.parametrize("odd", ["left out", None, "", 5, []], ids=repr)
async def test_a_form_without_an_identity_is_malformed_because_the_next_one_would_be_lost(
    submit: Submit, field: str, odd: object
) -> None:
    with pytest.raises(MalformedError):
        await submit(Form.NO_GO, values({"reason": {"value": "x"}}), **{field: odd})
    assert submit.kept == []


@pytest.mark.parametrize("value", ["", "x", "-5", "1.0", "٣", "9" * 19, "9" * 5000, " 7"])
async def test_cancelling_what_is_no_runs_number_is_malformed(submit: Submit, value: str) -> None:
    about = About(value=value, channel="C0RELEASES").model_dump_json()
    with pytest.raises(MalformedError):
        await submit(Form.CANCEL, values({"reason": {"value": "x"}}), about=about)


@pytest.mark.parametrize("about", ["", "null", "[]", "{}", "{", '{"value": 1, "channel": "C1"}', "x" * 3000])
async def test_altered_private_metadata_is_malformed(submit: Submit, about: str) -> None:
    with pytest.raises(MalformedError):
        await submit(Form.NO_GO, values({"reason": {"value": "x"}}), about=about)


async def test_choosing_an_action_twice_holds_it_once(submit: Submit) -> None:
    twice = {"selected_options": [{"value": "promote"}, {"value": "promote"}]}
    view = {"private_metadata": ABOUT, "state": values({**CONDITION, "holds": twice})}
    assert condition_form.read(Answers(view)).holds == ("promote",)

"""An outage is in the log twice: when it begins, and when it ends."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.base.errors import Unavailable
from bot.base.outage import Outage


def asked(outage: Outage, *answers: bool) -> list[str]:
    """What the log says when the server is asked so often, and answers or not."""
    with capture_logs() as said:
        for answer in answers:
            with outage.survived():
                if not answer:
                    raise Unavailable("The database does not answer.")
    return [str(line["event"]) for line in said]


def test_an_outage_is_said_once_however_long_it_lasts() -> None:
    assert asked(Outage("away", "back"), True, False, False, False) == ["away"]


def test_its_end_is_said_once_and_the_next_one_again() -> None:
    assert asked(Outage("away", "back"), False, True, True, False, True) == ["away", "back", "away", "back"]


def test_several_that_ask_the_same_server_share_what_is_said() -> None:
    outage = Outage("away", "back")
    with capture_logs() as said:
        outage.noticed(Unavailable("a worker"))
        outage.noticed(Unavailable("a listener"))
        outage.is_over()
    assert [(line["event"], line.get("error")) for line in said] == [("away", "a worker"), ("back", None)]


def test_the_reason_is_in_the_log() -> None:
    with capture_logs() as said:
        Outage("away", "back").noticed(Unavailable("The database does not answer."))
    assert said[0]["error"] == "The database does not answer."

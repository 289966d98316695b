"""An outage is logged twice: when it begins and when it ends."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.base.errors import Unavailable
from bot.base.outage import Outage


def asked(outage: Outage, *answers: bool) -> list[str]:
    """Returns the lines logged while the server answers or fails like this."""
    with capture_logs() as said:
        for answer in answers:
            with outage.survived():
                if not answer:
                    raise Unavailable("The database does not answer.")
    return [str(line["event"]) for line in said]


def test_an_outage_is_logged_once_however_long_it_lasts() -> None:
    assert asked(Outage("away", "back"), True, False, False, False) == ["away"]


def test_its_end_is_logged_once_and_so_is_the_next_outage() -> None:
    assert asked(Outage("away", "back"), False, True, True, False, True) == ["away", "back", "away", "back"]


def test_several_users_of_one_server_share_the_log_lines() -> None:
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

"""The hash chain that the database computes is the one that anybody can compute."""

from __future__ import annotations

import json

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from bot.base.canonical import canonical
from bot.plan.model import Pinned
from bot.record.chain import Link, first_break
from bot.record.events import Detail, EventKind, PacketPostedAgain
from bot.rules.principal import Principal
from bot.store import events
from bot.store.database import Database
from tests.store.conftest import start

# text that PostgreSQL can store
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
AWKWARD = '"quoted" \\ \b\f\n\r\t \x01\x1f\x7f \u2028\u2029 \u202e 🚦 \U0010ffff é\u0301 </script>'


@pytest.fixture
async def run(store: Database, pinned: Pinned) -> int:
    async with store.transaction() as conn:
        return (await start(conn, pinned)).number


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(actor=ANY, kind=ANY, said=ANY)
def test_sql_and_python_agree_on_any_text(
    bot_database: str, run: int, actor: str, kind: str, said: str
) -> None:
    agree(bot_database, run, actor, kind, said)


def test_sql_and_python_agree_on_awkward_text(bot_database: str, run: int) -> None:
    agree(bot_database, run, AWKWARD, AWKWARD, AWKWARD)


def agree(dsn: str, run: int, actor: str, kind: str, said: str) -> None:
    """Everything appended to the run forms a chain, the newest event included."""
    detail = canonical({"said": said, "nul": "\x00", said: 1.5})
    with psycopg.connect(dsn, autocommit=True, row_factory=dict_row) as conn:
        conn.execute(events.SQL["append"], {"run": run, "actor": actor, "kind": kind, "detail": detail})
        links = [Link.model_validate(row) for row in conn.execute("SELECT * FROM event ORDER BY seq")]
    newest = links[-1]
    assert (newest.actor, newest.kind, newest.detail) == (actor, kind, detail)
    assert first_break(run, links) is None
    assert Link.of(newest.event()) == newest


class Awkward(Detail):
    kind = EventKind.ALERT

    reasons: tuple[str, ...]
    nothing: str | None
    count: int
    share: float
    deep: dict[str, int]


async def test_an_appended_event_is_read_back_unchanged(store: Database, run: int) -> None:
    said = {
        "reasons": ["a", AWKWARD],
        "nothing": None,
        "count": 2**60,
        "share": 0.1,
        "deep": {"b": 1, "a": 2},
    }
    async with store.transaction() as conn:
        assert await events.append(conn, run, Awkward(**said), actor=Principal.slack_user("U1")) == 1
        assert await events.append(conn, run, PacketPostedAgain(), actor=Principal.slack_user("U1")) == 2
        first, second = await events.of_run(conn, run)
    assert first.detail == json.loads(canonical(said))
    assert second.detail == {}
    assert first_break(run, [Link.of(first), Link.of(second)]) is None


@pytest.mark.parametrize("detail", ["", "[]", "{", '{"a": NaN}'])
async def test_text_that_cannot_be_read_back_is_refused(store: Database, run: int, detail: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        async with store.transaction() as conn:
            await conn.execute(
                events.SQL["append"], {"run": run, "actor": "U1", "kind": "told", "detail": detail}
            )

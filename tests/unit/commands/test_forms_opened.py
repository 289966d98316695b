"""One person cannot use up the forms that Slack allows a workspace."""

from __future__ import annotations

from commands.slack.forms_opened import FORMS, FormsOpened


def test_a_person_may_open_so_many_forms_a_minute_and_others_do_not_count() -> None:
    now = 0.0
    opened = FormsOpened(clock=lambda: now)
    assert [opened.wait("U1") for _ in range(FORMS.most)] == [0.0] * FORMS.most
    now = 10.0
    assert [opened.wait("U1") for _ in range(3)] == [FORMS.seconds - now] * 3
    assert opened.wait("U2") == 0.0
    now = float(FORMS.seconds)
    assert opened.wait("U1") == 0.0

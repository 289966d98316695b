"""The forms of an action: its preview and confirmation; and whether an unclear attempt was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.rules.action import Action
from bot.rules.dossier import Dossier
from bot.slack.blocks import Block, alert, ask, context, modal, notice, section, sections, text_input
from bot.slack.forms import About, Form
from bot.slack.messages.action import label_of, touching
from bot.slack.messages.lines import subject, title
from bot.slack.text import cut, escape, mentions, one_line
from checks.actions.base import Action as Configured
from checks.actions.base import Preview
from checks.units import say_count

_LONGEST_TITLE = 24  # characters of a form's title, and of its button
_LONGEST_CODE = 2500
_LONGEST_KEY = 60
_LONGEST_REASON = 500


def looking(dossier: Dossier, name: str, about: About) -> dict[str, Any]:
    """Shown until the preview is ready."""
    return _notice(dossier, name, about, [section("Finding out what it would do now …")])


def refused(dossier: Dossier, name: str, about: About, problem: Sequence[str]) -> dict[str, Any]:
    """`problem`: sentences, as plain text."""
    return _notice(dossier, name, about, [alert(escape(" ".join(problem)), "error")])


def confirm(
    dossier: Dossier, name: str, about: About, seen: Preview, waiting: Action | None
) -> dict[str, Any]:
    """What exactly is done, to what, within which limits; and the button that starts it."""
    configured = dossier.plan.environment.actions[name]
    blocks = [
        section(_heading(dossier, configured)),
        *(section(f"```{_code(text)}```") for text in seen.does),
        *sections(_rows(seen)),
    ]
    if waiting:
        blocks += sections([f"{mentions(waiting.people)} confirmed the same already."])
    if seen.problem:
        problem = f"It can't be done: {escape(seen.problem)}."
        return _notice(dossier, name, about, [*blocks[1:], alert(problem, "error")])
    blocks.append(context(_limits(dossier, configured, seen)))
    return modal(
        callback=Form.ACTION,
        title=cut(label_of(name), _LONGEST_TITLE),
        submit=_submit(seen),
        metadata=about.model_dump_json(),
        blocks=blocks,
    )


def settle(dossier: Dossier, action: Action, about: About, *, done: bool) -> dict[str, Any]:
    configured = dossier.plan.environment.actions[action.name]
    follows = (
        "It counts as done, and is never done again for this run."
        if done
        else "It counts as not done, and can be confirmed and done again."
    )
    return modal(
        callback=Form.ACTION_DONE if done else Form.ACTION_NOT_DONE,
        title="It was done" if done else "It was not done",
        submit="Record it",
        metadata=about.model_dump_json(),
        blocks=[
            section(_heading(dossier, configured)),
            section(f"What is known: {one_line(cut(action.said, _LONGEST_REASON))}"),
            context(follows),
            ask(
                "note",
                "How do you know?",
                text_input(placeholder="I counted the rows in the database"),
                hint="The thread and the record show it.",
            ),
        ],
    )


def _heading(dossier: Dossier, configured: Configured) -> str:
    return f"*{escape(configured.title)}*\n{escape(subject(dossier))} · on {escape(configured.source)}"


def _code(text: str) -> str:
    return escape(cut(text, _LONGEST_CODE)).replace("```", "'''")


def _rows(seen: Preview) -> list[str]:
    if seen.rows is None:
        return []
    lines = [f"It would {escape(seen.verb)} *{say_count(seen.rows, 'row')}* now."]
    if keys := [escape(cut(key, _LONGEST_KEY)) for key in seen.sample if key]:
        more = seen.rows - len(keys)
        lines.append("Their keys: " + ", ".join(keys) + (f" and {more:,} more" if more > 0 else ""))
    return lines


def _limits(dossier: Dossier, configured: Configured, seen: Preview) -> str:
    same = (
        f"If it finds another number of rows than {seen.rows:,}, it does nothing, and the thread says so. "
        if seen.rows is not None
        else ""
    )
    covers = (
        f" {escape(title(dossier, configured.covers))} is measured before and after."
        if configured.covers
        else ""
    )
    return f"It is done once. {same}Whoever confirms it is recorded with it.{covers}"


def _submit(seen: Preview) -> str:
    touched = touching(seen.rows, seen.verb)
    return cut(f"Do it: {touched}" if touched else "Do it", _LONGEST_TITLE)


def _notice(dossier: Dossier, name: str, about: About, blocks: Sequence[Block]) -> dict[str, Any]:
    configured = dossier.plan.environment.actions[name]
    return notice(
        callback=Form.ACTION,
        title=cut(label_of(name), _LONGEST_TITLE),
        metadata=about.model_dump_json(),
        blocks=[section(_heading(dossier, configured)), *blocks],
    )

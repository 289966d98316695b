"""Press a button and fill in the form that it opens, or be refused on the way."""

from __future__ import annotations

from typing import Any

from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE, Person

FORMS: dict[str, dict[str, Any]] = {
    "Conditional go…": {"What must become true?": "quota", "Who owns it?": "U02BEN"},
    "No-go…": {"Reason": "no"},
    "Waive…": {"Which check?": "duplicates", "Why is it safe to continue?": "known"},
    "False alarm…": {"Why is it a false alarm?": "a test send"},
}


async def press(person: Person, message: Message, button: str) -> None:
    """Click the button, and submit its form if it has one."""
    assert (await person.click(message, button)).acked
    if button in FORMS:
        assert (await person.submit(await person.sees_modal(), FORMS[button])).acked


async def is_refused(person: Person, message: Message, button: str, says: str) -> None:
    before = len(person.ephemerals)
    while person.modal:  # of an earlier refusal
        await person.closes(person.modal)

    def told() -> bool:
        """In a form if the button is shown twice, because Slack does not say where it was clicked."""
        privately = [person.reads(private) for private in person.ephemerals[before:]]
        return any(
            says in text for text in [*privately, *([str(person.modal.blocks)] if person.modal else [])]
        )

    await press(person, message, button)
    await person.waits(told, f"a refusal of {button}: {says!r}", PATIENCE)

"""Labels are shown; identifiers are stored and hashed, and do not change with the labels."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path

from bot.rules.approval import Choice
from bot.rules.labels import ANSWERS, CHOICES
from bot.rules.rollback import Answer
from bot.slack.messages import card, watch

ROOT = Path(__file__).parents[3]
RECORDS = ROOT / "tests" / "audit" / "records"

RELABELLED = """
import json, sys
from pathlib import Path
from bot.record.audit import AuditEvent
from bot.record.events import PromptAnswered, Voted, of_kind
from bot.record.verification import problems
from bot.rules.approval import Choice
from bot.rules.labels import CHOICES
from bot.rules.rollback import Answer
from bot.slack.messages.card import CONDITIONAL_GO
from bot.slack.messages.watch import ON_IT

shown, stored = set(), set()
for packet in sorted(Path(sys.argv[1]).glob("*/packet-*.json")):
    assert problems(packet.read_text()) == []
    events = [AuditEvent.model_validate_json(json.dumps(each)) for each in json.loads(packet.read_text())["events"]]
    for event, voted in of_kind(events, Voted):
        shown.add(CHOICES[voted.choice])
        stored.add(voted.stored()["choice"])
print(json.dumps({
    "shown": sorted(shown), "stored": sorted(stored), "buttons": [CONDITIONAL_GO.label, ON_IT.label],
    "choices": list(Choice), "answers": list(Answer),
}))
"""


def test_stored_identifiers_never_change() -> None:
    assert list(Choice) == ["Go", "Conditional go", "No-go"]
    assert list(Answer) == ["I'm on it", "Rolled back", "False alarm"]


def test_everything_that_can_be_chosen_has_a_label_and_its_buttons_show_it() -> None:
    assert set(CHOICES) == set(Choice)
    assert set(ANSWERS) == set(Answer)
    buttons = (card.GO, card.CONDITIONAL_GO, card.NO_GO, watch.ON_IT, watch.ROLLED_BACK, watch.FALSE_ALARM)
    assert [button.label for button in buttons] == [*CHOICES.values(), *ANSWERS.values()]


async def test_records_still_verify_after_labels_change(tmp_path: Path) -> None:
    """Reads the records of all versions with every label changed."""
    for package in ("bot", "checks"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    labels = tmp_path / "bot" / "rules" / "labels.py"
    text = labels.read_text()
    for label, instead in ((': "Go"', ': "Ship it"'), (': "Conditional go"', ': "Go, if …"')):
        assert text.count(label) == 1
        text = text.replace(label, instead)
    labels.write_text(text.replace(': "I\'m on it"', ': "I am looking"'))

    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RELABELLED, str(RECORDS)),
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await running.communicate()
    assert running.returncode == 0

    found = json.loads(said)
    assert "Ship it" in found["shown"]
    assert "Go" not in found["shown"]
    assert set(found["stored"]) <= set(Choice)
    assert found["buttons"] == ["Go, if …", "I am looking"]
    assert (found["choices"], found["answers"]) == (list(Choice), list(Answer))

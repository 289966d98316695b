"""One message of each kind."""

from __future__ import annotations

from bot.slack.messages.action import ActionList, ActionResult
from bot.slack.messages.alert import Alert
from bot.slack.messages.archive import ArchiveAlert, ArchiveLine
from bot.slack.messages.baseline import BaselineMessage
from bot.slack.messages.card import Card
from bot.slack.messages.conditions import (
    ConditionMention,
    ConditionMessage,
    ConditionNews,
    ConditionReminder,
)
from bot.slack.messages.decision import DecisionRecord
from bot.slack.messages.files import AddendumFile, Chart, DecisionPacket, DecisionPage, SignedPacket
from bot.slack.messages.home import HomePage
from bot.slack.messages.instructions import RollbackInstructions
from bot.slack.messages.kind import MessageKind
from bot.slack.messages.reminding import DirectReminder, MentionInstead, Reminder
from bot.slack.messages.requester import DecisionMention, DirectDecision
from bot.slack.messages.table import ResultsTable
from bot.slack.messages.votes import VoteLine, WaivedLine, WaiverLine
from bot.slack.messages.watch import BlindWatch, EscalationLine, RollbackLine, RollbackPrompt, WatchEndLine
from bot.slack.messages.withdrawn import WithdrawalLine

CARD, TABLE, CHART, PACKET = Card(), ResultsTable(), Chart(check="age"), DecisionPacket(form="md")
VOTE, DECISION = VoteLine(event=7), DecisionRecord()
# each with the subject that its row has had since the first version
SUBJECTS: dict[MessageKind, str] = {
    CARD: "",
    TABLE: "",
    CHART: "age",
    VOTE: "7",
    WaiverLine(check="age"): "age",
    WithdrawalLine(event=8): "8",
    WaivedLine(event=7): "7",
    Reminder(event=7): "7",
    DirectReminder(run=1, event=7, person="U01ANA"): "1 7 U01ANA",
    MentionInstead(event=8): "8",
    DirectDecision(run=1, event=9, person="U01ANA"): "1 9 U01ANA",
    DecisionMention(event=9): "9",
    DECISION: "",
    RollbackInstructions(): "",
    PACKET: "md",
    DecisionPacket(form="json", asked_in=9): "json 9",
    ArchiveLine(event=9): "9",
    ArchiveAlert(event=9, channel="C2"): "9 C2",
    DecisionPage(): "",
    DecisionPage(asked_in=9): "9",
    SignedPacket(): "",
    SignedPacket(asked_in=9): "9",
    RollbackPrompt(key="k3y"): "k3y",
    EscalationLine(key="k3y"): "k3y",
    BlindWatch(trigger="errors", tick=3): "errors 3",
    WatchEndLine(): "",
    RollbackLine(): "",
    ConditionMessage(number=1): "1",
    AddendumFile(form="md"): "md",
    ConditionNews(event=9): "9",
    ConditionReminder(run=1, event=9, person="U01ANA"): "1 9 U01ANA",
    ConditionMention(event=9): "9",
    Alert(event=7, channel="C2"): "7 C2",
    BaselineMessage(number=3): "3",
    HomePage(): "",
    ActionList(): "",
    ActionResult(action="backfill", attempt=2): "backfill 2",
}

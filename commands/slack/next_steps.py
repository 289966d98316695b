"""Next steps, as commands to type in Slack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.base.next_step import Next, Step
from bot.plan.model import Environment
from commands.slack.examples import start_of

_COMMANDS: Mapping[Step, str] = {
    Step.LIST_RUNS: "`/canary status`",
    Step.SHOW: "`/canary show #{run}`",
    Step.CANCEL: "`/canary cancel #{run} <reason>`",
    Step.LIST_MESSAGES: "`canary outbox list`",  # on the bot's machine
}
_ALONE: Mapping[Step, str] = {
    Step.LIST_RUNS: "{command} lists the runs that are under way",
    Step.SHOW: "See {command}",
    Step.CANCEL: "To end it: {command}",
}


def told(steps: Sequence[Next]) -> list[str]:
    """A line for each step that can be typed as is."""
    plain = [step for step in steps if step.step is not Step.START and not step.check]
    commands = [_COMMANDS[step.step].format(run=step.run) for step in plain]
    lines = [", or ".join(commands)] if commands else []
    if len(plain) == 1:
        lines = [_ALONE.get(plain[0].step, "{command}").format(command=commands[0])]
    return lines


def example(steps: Sequence[Next], environments: Mapping[str, Environment], asker: str) -> str | None:
    """A command for the example, as in `Usage`; None if the message already contains one."""
    for step in steps:
        if step.check:
            return f"show #{step.run} {step.check}"
        if step.step is Step.START and step.environment not in environments:
            return "run {start}"
        if step.step is Step.START:
            start = start_of(step.environment, environments[step.environment], asker)
            typed = f"run {start}" if start else f"config {step.environment}"
            return typed.replace("{", "{{").replace("}", "}}")
    return None

"""A closed or deciding run with one of everything in it, and any text wherever people or checks supply one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.plan.load import load
from bot.plan.model import Pinned
from bot.rules.approval import Choice, Condition, Vote, Waiver
from bot.rules.decision import Decision, Outcome
from bot.rules.dossier import Dossier
from bot.rules.evidence import Evidence, freeze
from bot.rules.rollback import Found, Prompt, PromptState
from bot.rules.run import CheckRun, CheckState, Run, RunState
from bot.rules.verdict import assess
from bot.rules.watch import Trigger, Watch, WatchEnd, WatchState
from checks import outcome
from checks.outcome import Cause
from checks.reading import Measurement, Reading
from checks.result import Judged, Result
from tests.unit.plan.plans import ENVIRON, SOUND

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIVELY = (
    "<!channel> <!here|all> <@U0EVIL> <#C0EVIL> <https://evil.example|click> &lt;!channel&gt; `x` ```y``` "
    "\u202egnp\u202c \u200b*GO* \u2028• *Go* @ana\n• *Waived* all\r\n| a | <script> \\| b # c"
)
HUGE = "& <>" * 1000  # five times as long once escaped


def steps(count: int, text: str) -> str:
    return "\n".join(f'        - "{text}"' for _ in range(count))


def plan(folder: Path, checks: int, text: str) -> Pinned:
    """A plan with that many checks and triggers, and this text wherever a text may stand."""
    config = SOUND.replace(
        '      steps: ["Promote {{previous_version}} in the dashboard"]', "      steps:\n" + steps(20, text)
    )
    one = config[config.index("      queue-age:\n") : config.index("      tests:\n")]
    several = "".join(one.replace("queue-age:", f"c{at}:", 1) for at in range(checks - 1))
    config = config.replace(one, several)
    trigger = '        queue-age: {check: queue-age, breach: 3, prompt: "Look at lastError"}\n'
    triggers = [
        f'        t{at}: {{check: c0, breach: 3, prompt: "{text}"}}\n' for at in range(min(checks, 50))
    ]
    config = config.replace(trigger, "".join(triggers)).replace("Pin the capacity", text)
    config = config.replace(
        "      on_call: on-call\n", "      on_call: on-call\n      escalate: {after: 15m, to: platform}\n"
    )
    path = folder / "canary.yaml"
    path.write_text(config)
    return load(path, ENVIRON).plan.pinned("staging")


def result(said: str) -> Result:
    readings = tuple(Reading(name=f"r{at}", value=said, n=2**60) for at in range(3))
    return Result(
        outcome=outcome.Outcome.FAIL,
        reason=said,
        cause=Cause.REGRESSION,
        hint=said,
        judged=tuple(
            Judged(reading=reading, outcome=outcome.Outcome.FAIL, limit="< 180s") for reading in readings
        ),
        measurements=(Measurement(readings=readings, context={"commit": said}),),
        detail=(said,) * 100,
        started_at=NOW,
        seconds=1.0,
    )


def dossier(pinned: Pinned, said: str, state: RunState) -> Dossier:
    names = list(pinned.environment.checks)
    checks = tuple(
        CheckRun(run=1, name=name, position=at, state=CheckState.DONE, result=result(said))
        for at, name in enumerate(names)
    )
    run = Run(
        number=1,
        key="k" * 22,
        environment="staging",
        state=state,
        version=3,
        channel="C0RELEASES",
        requested_by="U03RAJ",
        requested_from="C0RELEASES",
        arguments={f"version{at}": said[:200] for at in range(20)},
        configuration=pinned.digest,
        requested_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )
    verdict = assess({check.name: check.result for check in checks if check.result}, {})
    digest, document = freeze(run, checks, verdict)
    run = run.model_copy(update={"evidence": digest})
    condition = Condition(text=said, owner="U02BEN", due=NOW)
    votes = tuple(
        Vote(
            person=f"U{at:05}",
            roles=("platform",),
            choice=Choice.CONDITIONAL_GO,
            evidence=digest,
            condition=condition,
            cast_at=NOW,
        )
        for at in range(40)
    )
    waivers = tuple(
        Waiver(check=name, person="U02BEN", evidence=digest, reason=said, granted_at=NOW) for name in names
    )
    decision = Decision(
        run=1,
        outcome=Outcome.CONDITIONAL_GO,
        evidence=digest,
        reason=said,
        decided_by=tuple(vote.person for vote in votes),
        decided_at=NOW,
        votes=votes,
        waivers=waivers,
        previous_version=said[:60],
    )
    trigger = Trigger(run=1, name="t0", reason=said, outcome=outcome.Outcome.FAIL, breached_since=NOW)
    prompt = Prompt(
        key="p",
        run=1,
        trigger="t0",
        episode=1,
        state=PromptState.ACKNOWLEDGED,
        reason=said,
        breached_since=NOW,
        opened_at=NOW,
        recovered_at=NOW,
        acknowledged_by="U03RAJ",
        acknowledged_at=NOW,
        note=said,
        found=Found.of(result(said)),
        escalates_at=NOW,
        escalated_at=NOW,
    )
    return Dossier(
        run=run,
        plan=pinned,
        configuration=pinned.model_dump_json(),
        checks=checks,
        evidence=Evidence(digest=digest, document=document, frozen_at=NOW),
        votes=votes,
        waivers=waivers[: len(waivers) // 2],
        decision=decision if state is RunState.CLOSED else None,
        watch=Watch(
            run=1,
            state=WatchState.ENDED,
            tick=9,
            started_at=NOW,
            ends_at=NOW,
            ended_at=NOW,
            end=WatchEnd.COMPLETED,
        ),
        triggers=(trigger,),
        prompts=(prompt,),
        root=None,
    )
